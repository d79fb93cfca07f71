package io.arkestra.tools.project.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancellationSource;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls for an indexing whenever something in a project's directories has changed and then kept still for a moment. What exactly has changed
 * does not matter, so that lost events do no harm. Owns a thread until it is closed.
 */
final class ProjectWatch implements AutoCloseable {
    private static final long STILL_MILLIS = 300;
    /** Somebody may write without a pause; once in so many events the index follows nevertheless. */
    private static final int MOST_EVENTS = 10_000;

    private static final long LAST_RUN_MILLIS = 10_000;

    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final CancellationSource stop = new CancellationSource();
    private final Reindex reindex;
    private final Consumer<String> warnings;
    private final int most;
    private final Thread thread;

    /** Brings the index up to date. */
    interface Reindex {
        /** Returns the directories that are to be watched from now on; none when the project is gone. */
        List<Path> run(CancellationSource cancel) throws InterruptedException;
    }

    private ProjectWatch(WatchService service, Reindex reindex, Consumer<String> warnings, int most) {
        this.most = most;
        this.service = service;
        this.reindex = reindex;
        this.warnings = warnings;
        this.thread = new Thread(this::follow, "arkestra-project-watch");
        this.thread.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @throws ToolException when the system gives no more watches
     */
    static ProjectWatch start(Path root, List<Path> directories, Reindex reindex, Consumer<String> warnings) {
        return start(root, directories, reindex, warnings, MOST_EVENTS);
    }

    /** @param most in how many events without a pause the index follows once */
    static ProjectWatch start(Path root, List<Path> directories, Reindex reindex, Consumer<String> warnings, int most) {
        try {
            ProjectWatch watch = new ProjectWatch(root.getFileSystem().newWatchService(), reindex, warnings, most);
            try {
                watch.register(directories);
            } catch (IOException e) {
                watch.service.close();
                throw e;
            }
            watch.thread.start();
            return watch;
        } catch (IOException | UnsupportedOperationException e) {
            throw new ToolException(
                    Reason.FAILED,
                    "'" + root + "' cannot be watched: " + e
                            + "; the index can still be brought up to date by index.project",
                    e);
        }
    }

    private void register(List<Path> directories) throws IOException {
        Set<Path> wanted = new HashSet<>(directories);
        keys.entrySet().removeIf(entry -> {
            boolean gone = !wanted.contains(entry.getKey()) || !entry.getValue().isValid();
            if (gone) {
                entry.getValue().cancel();
            }
            return gone;
        });
        @Nullable IOException failure = null;
        for (Path directory : directories) {
            if (!keys.containsKey(directory)) {
                try {
                    keys.put(
                            directory,
                            directory.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE));
                } catch (IOException e) { // the others are watched nevertheless
                    failure = failure == null || gone(failure) ? e : failure;
                }
            }
        }
        // One that went away after it was listed is no failure: the one above it tells of it.
        if (failure != null && (keys.isEmpty() || !gone(failure))) {
            throw failure;
        }
    }

    private static boolean gone(IOException failure) {
        return failure instanceof NoSuchFileException || failure instanceof NotDirectoryException;
    }

    private void follow() {
        try {
            while (!stop.isCancelled()) {
                settle(service.take());
                again();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // Somebody closes it.
            Thread.currentThread().interrupt();
        }
    }

    /** Until nothing more comes. */
    private void settle(WatchKey first) throws InterruptedException {
        int events = 0;
        WatchKey key = first;
        while (key != null) {
            events += 1 + key.pollEvents().size();
            // Each that was taken is given back: one that is not tells of nothing any more.
            key.reset();
            key = events < most ? service.poll(STILL_MILLIS, TimeUnit.MILLISECONDS) : null;
        }
    }

    private void again() throws InterruptedException {
        try {
            List<Path> before = List.of();
            List<Path> directories = reindex.run(stop);
            // A directory that is new may have got files before it was watched.
            while (!directories.equals(before) && !keys.keySet().containsAll(directories)) {
                register(directories);
                before = directories;
                directories = reindex.run(stop);
            }
            if (directories.isEmpty()) {
                stop.cancel("the project is gone");
                return;
            }
            register(directories);
        } catch (ArkestraException e) {
            if (!stop.isCancelled()) {
                warnings.accept("A watched project could not be indexed: " + e.getMessage());
            }
        } catch (IOException e) {
            warnings.accept("A directory of a watched project cannot be watched: " + e);
        } catch (ClosedWatchServiceException e) {
            throw e;
        } catch (RuntimeException e) { // the next change is heard all the same
            warnings.accept(
                    "A watched project could not be indexed: " + e.getClass().getName());
        }
    }

    boolean isAlive() {
        return thread.isAlive() && !stop.isCancelled();
    }

    /** Lets a running indexing stop at the next file, and waits for it. */
    @Override
    public void close() {
        stop.cancel("the watch is closed");
        try {
            service.close();
        } catch (IOException e) {
            warnings.accept("A watch of a project could not be closed: " + e);
        }
        boolean interrupted = false;
        try {
            thread.join(LAST_RUN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
