package io.arkestra.tools.git.internal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.util.SystemReader;

/**
 * Keeps JGit from what it does by itself when it first meets a file system: it measures how exact times are by writing files beside the
 * repository, and notes the result in the user's home. It is told two seconds instead, which is right everywhere. JGit has one such reader in a
 * process; all else is passed on to the one that was there, also for a host that uses JGit itself. While our own thread opens a repository,
 * the user's and the system's configuration are empty, because git would be run to find the latter.
 */
final class QuietReader extends SystemReader.Delegate {
    private static final ThreadLocal<Boolean> OURS = ThreadLocal.withInitial(() -> false);

    private final SystemReader before;

    private QuietReader(SystemReader before) {
        super(before);
        this.before = before;
    }

    /** Work with a repository. */
    interface Work<T> {
        T run() throws IOException;
    }

    static <T> T quietly(Work<T> work) throws IOException {
        install();
        OURS.set(true);
        try {
            return work.run();
        } finally {
            OURS.remove();
        }
    }

    private static synchronized void install() {
        SystemReader now = SystemReader.getInstance();
        if (!(now instanceof QuietReader)) {
            SystemReader.setInstance(new QuietReader(now));
        }
    }

    @Override
    public StoredConfig getUserConfig() throws ConfigInvalidException, IOException {
        return OURS.get() ? new Nothing() : before.getUserConfig();
    }

    @Override
    public StoredConfig getSystemConfig() throws ConfigInvalidException, IOException {
        return OURS.get() ? new Nothing() : before.getSystemConfig();
    }

    @Override
    public StoredConfig getJGitConfig() {
        return new Times();
    }

    private static class Nothing extends StoredConfig {
        @Override
        public void load() {
            // There is nothing to load.
        }

        @Override
        public void save() {
            // And nothing is written.
        }
    }

    /** How exact the times of every file system are. */
    private static final class Times extends Nothing {
        @Override
        public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals("filesystem") ? unit.convert(2, TimeUnit.SECONDS) : otherwise;
        }
    }
}
