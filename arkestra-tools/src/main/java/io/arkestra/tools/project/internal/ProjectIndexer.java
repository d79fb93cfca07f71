package io.arkestra.tools.project.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Origin;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tools.document.internal.CleanText;
import io.arkestra.tools.document.internal.Decoding;
import io.arkestra.tools.document.internal.FileSource;
import io.arkestra.tools.fs.internal.Digests;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings the index of a project to what its files are. What is finished stays when it is cut off: the next time goes on from there.
 * Thread-safe; one project is indexed by one thread at a time.
 */
final class ProjectIndexer {
    private static final int BATCH_FILES = 64;
    private static final int BATCH_CHARACTERS = 400_000;
    private static final int PAGE = 1_000;
    private static final int LONGEST_LINE = 5_000;

    private final Documents documents;
    private final ProjectStore store;
    private final FileSource files;
    private final IndexLimits limits;
    private final Clock clock;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    ProjectIndexer(Documents documents, ProjectStore store, FileSource files, IndexLimits limits, Clock clock) {
        this.documents = documents;
        this.store = store;
        this.files = files;
        this.limits = limits;
        this.clock = clock;
    }

    /** Hears how far it is. */
    interface Progress {
        void at(long done, long total);
    }

    /**
     * What was done.
     *
     * @param project as it is now
     * @param added files that were new
     * @param changed files whose content was another one
     * @param removed files that went
     * @param leftOut files that hold nothing to be searched, or are too large
     * @param read files whose bytes were read
     * @param directories that were walked
     */
    record Outcome(
            Project project, int added, int changed, int removed, int leftOut, int read, List<Path> directories) {}

    /** How the ids of a project's documents begin. */
    static String prefix(String project) {
        return "project-" + Digests.of(project).substring(0, 16) + "-";
    }

    private static String document(String project, String path) {
        return prefix(project) + Digests.of(path).substring(0, 32);
    }

    /** Where the words of a project come from. */
    static Taint taint(String project) {
        return Taint.of("document", "project/" + project);
    }

    /** The directories of a project that hold what is indexed. Changes nothing. */
    List<Path> directories(Path root, Cancellation cancel) {
        ProjectWalk walk = walk(cancel);
        walk.files(root);
        return walk.directories();
    }

    private ProjectWalk walk(Cancellation cancel) {
        return new ProjectWalk(files, limits, IgnoreRules.standard(), cancel::throwIfCancelled);
    }

    /**
     * Brings the index up to date.
     *
     * @param call id of the call; that of the one that made the index is kept
     * @param taints untrusted sources that a new name may be from
     * @param cancel with the deadline of the call, where there is one
     * @throws ToolException with {@code TEMPORARY} when it is being done already, with {@code TIMEOUT} when its time is over
     * @throws io.arkestra.common.CancelledException when cancelled; what was finished stays, as it does when the time is over
     */
    Outcome index(
            Scope scope,
            String name,
            Path root,
            String call,
            Set<Taint> taints,
            Cancellation cancel,
            Progress progress) {
        ReentrantLock lock = lock(scope.user(), name);
        if (!lock.tryLock()) {
            throw new ToolException(
                    Reason.TEMPORARY, "The project '" + name + "' is being indexed already; try again later");
        }
        try {
            return new Run(scope, name, call, cancel, progress).index(root, taints);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #index}, but waits while it is being done by somebody else. */
    Outcome follow(Scope scope, String name, Path root, Cancellation cancel) throws InterruptedException {
        ReentrantLock lock = lock(scope.user(), name);
        lock.lockInterruptibly();
        try {
            return new Run(scope, name, "", cancel, (done, total) -> {}).index(root, Set.of());
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(UserId user, String name) {
        return locks.computeIfAbsent(user.value() + "\n" + name, key -> new ReentrantLock());
    }

    /** Forgets everything about a project. Returns how many files there were. */
    int drop(Scope scope, String name) {
        ReentrantLock lock = lock(scope.user(), name);
        lock.lock();
        try {
            Map<String, IndexedFile> known = store.files(scope, name);
            documents.removeAll(scope, ids(scope, name));
            store.removeFiles(scope, known.values());
            store.remove(scope, name);
            return known.size();
        } finally {
            lock.unlock();
        }
    }

    /** The documents of a project, those included that a run left behind before it could note them down. */
    private List<String> ids(Scope scope, String name) {
        String prefix = prefix(name);
        List<String> ids = new ArrayList<>();
        String after = prefix;
        while (true) {
            List<DocumentInfo> page = documents.list(scope, Optional.of(after), PAGE);
            for (DocumentInfo document : page) {
                if (!document.id().startsWith(prefix)) {
                    return ids;
                }
                ids.add(document.id());
            }
            if (page.size() < PAGE) {
                return ids;
            }
            after = ids.get(ids.size() - 1);
        }
    }

    /** One indexing. Confined to one thread. */
    private final class Run {
        private final Scope scope;
        private final String name;
        private final String call;
        private final Cancellation cancel;
        private final Progress progress;
        private final List<DocumentDraft> drafts = new ArrayList<>();
        private final List<IndexedFile> waiting = new ArrayList<>();
        private final List<IndexedFile> empty = new ArrayList<>();
        private int characters;
        private int added;
        private int changed;
        private int leftOut;
        private int read;

        Run(Scope scope, String name, String call, Cancellation cancel, Progress progress) {
            this.scope = scope;
            this.name = name;
            this.call = call;
            this.cancel = cancel;
            this.progress = progress;
        }

        Outcome index(Path root, Set<Taint> taints) {
            ProjectWalk walk = walk(cancel);
            List<ProjectWalk.Found> found = walk.files(root);
            Optional<Project> before = store.find(scope, name);
            Map<String, IndexedFile> known = store.files(scope, name);
            boolean cutOff = before.isPresent() && !before.get().complete();
            Project begun = before.orElse(new Project(name, root.toString(), call, false, 0, 0, taints))
                    .begun();
            store.put(scope, begun);
            if (cutOff || before.isEmpty()) {
                forgetUnnoted(known);
            }
            int done = 0;
            for (ProjectWalk.Found file : found) {
                cancel.throwIfCancelled();
                one(file, Optional.ofNullable(known.remove(file.path())));
                progress.at(++done, found.size());
            }
            flush();
            cancel.throwIfCancelled();
            remove(known.values());
            Map<String, IndexedFile> now = store.files(scope, name);
            Project project = new Project(
                    name,
                    root.toString(),
                    before.map(Project::made).orElse(call),
                    true,
                    now.values().stream().filter(file -> file.passages() > 0).count(),
                    now.values().stream().mapToLong(IndexedFile::passages).sum(),
                    begun.taints());
            store.put(scope, project);
            return new Outcome(
                    project, added, changed, known.size(), leftOut + walk.tooLarge(), read, walk.directories());
        }

        /** A run that was killed may have added files that nobody noted down; if they are still there they are added again. */
        private void forgetUnnoted(Map<String, IndexedFile> known) {
            List<String> noted =
                    known.values().stream().map(IndexedFile::document).toList();
            List<String> unnoted = new ArrayList<>(ids(scope, name));
            unnoted.removeAll(new java.util.HashSet<>(noted));
            documents.removeAll(scope, unnoted);
        }

        private void one(ProjectWalk.Found file, Optional<IndexedFile> known) {
            if (known.isPresent() && known.get().isSettled(file)) {
                leftOut += known.get().passages() == 0 ? 1 : 0;
                return;
            }
            long now = clock.millis();
            byte[] bytes;
            try {
                bytes = files.read(file.place(), limits.fileBytes());
            } catch (ToolException e) {
                cancel.throwIfCancelled();
                // It went, grew, or may not be read: what was known of it is no longer so.
                known.ifPresent(old -> remove(List.of(old)));
                leftOut++;
                return;
            }
            read++;
            String hash = Digests.of(bytes);
            IndexedFile state = new IndexedFile(
                    document(name, file.path()), name, file.path(), bytes.length, file.modified(), now, hash, 0);
            if (known.isPresent() && known.get().hash().equals(hash)) {
                leftOut += known.get().passages() == 0 ? 1 : 0;
                empty.add(with(state, known.get().passages()));
                flushWhenFull();
                return;
            }
            added += known.isEmpty() ? 1 : 0;
            changed += known.isPresent() ? 1 : 0;
            Optional<String> text = text(bytes);
            if (text.isPresent()) {
                add(state, text.get());
            } else {
                leftOut++;
                known.filter(old -> old.passages() > 0)
                        .ifPresent(old -> documents.removeAll(scope, List.of(old.document())));
                empty.add(state);
            }
            flushWhenFull();
        }

        private void add(IndexedFile state, String text) {
            DocumentDraft draft = DocumentDraft.of(state.document(), title(state.path()), text)
                    .origin(Origin.WEB)
                    .metadata(DocumentDraft.PROJECT, name)
                    .metadata("path", title(state.path()))
                    .metadata("taint", taint(name).toString());
            drafts.add(CodeSections.isProse(state.path()) ? draft : draft.sections(CodeSections.of(text)));
            waiting.add(state);
            characters += text.length();
        }

        private void flushWhenFull() {
            if (drafts.size() >= BATCH_FILES || characters >= BATCH_CHARACTERS || empty.size() >= PAGE) {
                flush();
            }
        }

        /** The documents first: what is noted down is there. */
        private void flush() {
            List<DocumentInfo> infos = documents.addAll(scope, drafts);
            List<IndexedFile> states = new ArrayList<>(empty);
            for (int i = 0; i < infos.size(); i++) {
                states.add(with(waiting.get(i), infos.get(i).chunks()));
            }
            if (!states.isEmpty()) {
                store.putFiles(scope, states);
            }
            drafts.clear();
            waiting.clear();
            empty.clear();
            characters = 0;
        }

        private void remove(java.util.Collection<IndexedFile> gone) {
            if (gone.isEmpty()) {
                return;
            }
            documents.removeAll(scope, gone.stream().map(IndexedFile::document).toList());
            store.removeFiles(scope, gone);
        }
    }

    private static IndexedFile with(IndexedFile file, long passages) {
        return new IndexedFile(
                file.document(),
                file.project(),
                file.path(),
                file.size(),
                file.modified(),
                file.read(),
                file.hash(),
                passages);
    }

    private static String title(String path) {
        return path.length() <= DocumentDraft.MAX_TITLE
                ? path
                : path.substring(path.length() - DocumentDraft.MAX_TITLE);
    }

    /** The words of a file; none when it is binary, empty, or was written by a program for a program. */
    private static Optional<String> text(byte[] bytes) {
        return Decoding.text(bytes)
                .map(text -> CleanText.of(text).replace('\f', ' '))
                .filter(text -> text.codePoints().anyMatch(Character::isLetterOrDigit))
                .filter(text -> text.lines().mapToInt(String::length).max().orElse(0) <= LONGEST_LINE);
    }
}
