package io.arkestra.tools.git.internal;

import java.io.File;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.jspecify.annotations.Nullable;

/** The working tree without the filters that a repository may name: they are commands. */
final class QuietTree extends FileTreeIterator {
    QuietTree(Repository repository) {
        super(repository);
    }

    private QuietTree(QuietTree above, File directory) {
        super(above, directory, above.fs, above.fileModeStrategy);
    }

    @Override
    public @Nullable String getCleanFilterCommand() {
        return null;
    }

    @Override
    public AbstractTreeIterator createSubtreeIterator(ObjectReader reader) {
        return enterSubtree();
    }

    @Override
    protected AbstractTreeIterator enterSubtree() {
        return new QuietTree(this, getEntryFile());
    }
}
