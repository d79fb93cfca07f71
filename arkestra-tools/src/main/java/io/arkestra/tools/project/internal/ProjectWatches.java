package io.arkestra.tools.project.internal;

import io.arkestra.common.Scope;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Which projects are followed while they change; ends with the engine. Thread-safe. */
final class ProjectWatches implements AutoCloseable {
    private final ProjectIndexer indexer;
    private final ProjectStore store;
    private final Consumer<String> warnings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ProjectWatch> watches = new HashMap<>();
    private boolean closed;

    ProjectWatches(ProjectIndexer indexer, ProjectStore store, Consumer<String> warnings) {
        this.indexer = indexer;
        this.store = store;
        this.warnings = warnings;
    }

    private static String key(Scope scope, String project) {
        return scope.user().value() + "\n" + project;
    }

    boolean watches(Scope scope, String project) {
        lock.lock();
        try {
            ProjectWatch watch = watches.get(key(scope, project));
            return watch != null && watch.isAlive();
        } finally {
            lock.unlock();
        }
    }

    /** Follows a project from now on; what changed before is the caller's to index. */
    void start(Scope scope, Project project, List<Path> directories) {
        lock.lock();
        try {
            if (closed) {
                throw new ToolException(Reason.FAILED, "The program is ending");
            }
            ProjectWatch old = watches.get(key(scope, project.name()));
            if (old == null || !old.isAlive()) {
                watches.put(
                        key(scope, project.name()),
                        ProjectWatch.start(
                                Path.of(project.root()),
                                directories,
                                cancel -> reindex(scope, project.name(), cancel),
                                warnings));
            }
        } finally {
            lock.unlock();
        }
    }

    /** A project that somebody dropped, or whose user is gone, does not come back. */
    private List<Path> reindex(Scope scope, String name, io.arkestra.common.Cancellation cancel)
            throws InterruptedException {
        Optional<Project> project = store.find(scope, name);
        if (project.isEmpty()) {
            return List.of();
        }
        return indexer.follow(scope, name, Path.of(project.get().root()), cancel)
                .directories();
    }

    /** Returns false when it was not followed. */
    boolean stop(Scope scope, String project) {
        ProjectWatch watch;
        lock.lock();
        try {
            watch = watches.remove(key(scope, project));
        } finally {
            lock.unlock();
        }
        if (watch != null) {
            watch.close();
        }
        return watch != null;
    }

    @Override
    public void close() {
        List<ProjectWatch> open;
        lock.lock();
        try {
            closed = true;
            open = List.copyOf(watches.values());
            watches.clear();
        } finally {
            lock.unlock();
        }
        open.forEach(ProjectWatch::close);
    }
}
