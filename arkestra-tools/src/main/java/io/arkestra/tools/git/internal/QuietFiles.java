package io.arkestra.tools.git.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.WorkingTreeIterator;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.jspecify.annotations.Nullable;

/** The file system as JGit sees it: it starts no process, and holds files, directories and links only. */
final class QuietFiles extends FS_POSIX {
    QuietFiles() {}

    @Override
    public FS newInstance() {
        return new QuietFiles();
    }

    @Override
    protected @Nullable File discoverGitExe() {
        return null;
    }

    @Override
    protected @Nullable File discoverGitSystemConfig() {
        return null;
    }

    @Override
    public @Nullable File getGitSystemConfig() {
        return null;
    }

    @Override
    public ProcessBuilder runInShell(String command, String[] arguments) {
        throw new UnsupportedOperationException("Nothing of a repository is run: " + command);
    }

    @Override
    public ExecutionResult execute(ProcessBuilder process, InputStream input) throws IOException {
        throw new IOException("Nothing of a repository is run");
    }

    @Override
    public int runProcess(ProcessBuilder process, OutputStream output, OutputStream errors, InputStream input)
            throws IOException {
        throw new IOException("Nothing of a repository is run");
    }

    @Override
    public int runProcess(ProcessBuilder process, OutputStream output, OutputStream errors, String input)
            throws IOException {
        throw new IOException("Nothing of a repository is run");
    }

    @Override
    public @Nullable File findHook(Repository repository, String name) {
        return null;
    }

    @Override
    public ProcessResult runHookIfPresent(
            Repository repository,
            String name,
            String[] arguments,
            OutputStream output,
            OutputStream errors,
            String input) {
        return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
    }

    /** Pipes and devices are left out: git has no such things, and reading one would wait for ever. */
    @Override
    public WorkingTreeIterator.Entry[] list(File directory, FileTreeIterator.FileModeStrategy modes) {
        File[] all = directory.listFiles();
        List<WorkingTreeIterator.Entry> entries = new ArrayList<>();
        for (File file : all == null ? new File[0] : all) {
            Attributes attributes = getAttributes(file);
            if (attributes.isSymbolicLink() || attributes.isDirectory() || attributes.isRegularFile()) {
                entries.add(new QuietEntry(file, this, attributes, modes));
            }
        }
        return entries.toArray(WorkingTreeIterator.Entry[]::new);
    }

    private static final class QuietEntry extends FileTreeIterator.FileEntry {
        private final boolean link;

        QuietEntry(File file, FS fs, Attributes attributes, FileTreeIterator.FileModeStrategy modes) {
            super(file, fs, attributes, modes);
            link = attributes.isSymbolicLink();
        }

        @Override
        public InputStream openInputStream() throws IOException {
            return link
                    ? super.openInputStream()
                    : Files.newInputStream(getFile().toPath(), LinkOption.NOFOLLOW_LINKS);
        }
    }
}
