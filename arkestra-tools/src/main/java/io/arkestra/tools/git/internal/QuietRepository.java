package io.arkestra.tools.git.internal;

import io.arkestra.tools.fs.internal.Refusal;
import java.io.File;
import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/** A repository whose configuration holds only how its data is laid out: no filters, drivers, hooks, paths or includes. */
final class QuietRepository extends FileRepository {
    private static final List<String> CORE =
            List.of("repositoryformatversion", "filemode", "ignorecase", "symlinks", "autocrlf", "eol");

    private final @Nullable FileBasedConfig quiet;

    private QuietRepository(FileRepositoryBuilder builder, Config given) throws IOException {
        super(builder);
        quiet = new Fixed(given, builder.getGitDir());
    }

    /**
     * @param given the text of the repository's configuration, which names no other file
     * @throws io.arkestra.tool.ToolException when it cannot be read
     */
    static QuietRepository open(File gitDirectory, File common, File workTree, String given) throws IOException {
        Config parsed = new Config();
        try {
            parsed.fromText(given);
        } catch (ConfigInvalidException e) {
            throw Refusal.failed("The configuration of the repository cannot be read");
        }
        FileRepositoryBuilder builder = new FileRepositoryBuilder();
        builder.setFS(new QuietFiles());
        builder.setGitDir(gitDirectory);
        builder.setGitCommonDir(common);
        builder.setWorkTree(workTree);
        builder.setMustExist(true);
        builder.setup();
        return new QuietRepository(builder, parsed);
    }

    @Override
    public FileBasedConfig getConfig() {
        // The constructor of the class above asks already.
        return quiet == null ? super.getConfig() : quiet;
    }

    private static final class Fixed extends FileBasedConfig {
        Fixed(Config given, File gitDirectory) {
            super(new File(gitDirectory, "config"), new QuietFiles());
            for (String name : CORE) {
                String value = given.getString("core", null, name);
                if (value != null) {
                    setString("core", null, name, value);
                }
            }
            for (String name : given.getNames("extensions")) {
                setString("extensions", null, name, given.getString("extensions", null, name));
            }
        }

        @Override
        public void load() {
            // It stays as it is.
        }

        @Override
        public void save() {
            // Nothing is written.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
