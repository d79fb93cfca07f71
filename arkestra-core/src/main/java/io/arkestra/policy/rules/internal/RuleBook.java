package io.arkestra.policy.rules.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All rules of an engine: files, which are looked at again every second while decisions are made, and rules of users. Thread-safe. */
public final class RuleBook implements Layers {
    /** Where a project keeps its rules, seen from its directory. */
    public static final String PROJECT_FILE = ".arkestra/policy.yaml";

    private static final Logger log = LoggerFactory.getLogger(RuleBook.class);
    private static final long LOOK_MILLIS = 1_000;

    /** Hears of files that changed. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A file is another than before.
         *
         * @param file which
         * @param problem why its rules are not in force; empty when they are
         */
        void changed(RuleFile file, String problem);
    }

    private final List<RuleFile> shared;
    private final Map<ProjectId, RuleFile> projects;
    private final OwnRules own;
    private final Clock clock;
    private final Listener listener;
    private final AtomicLong nextLook = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param shared files that hold for everybody
     * @param projects files by project
     * @param own rules of users and sessions
     */
    public RuleBook(
            List<RuleFile> shared, Map<ProjectId, RuleFile> projects, OwnRules own, Clock clock, Listener listener) {
        this.shared = List.copyOf(shared);
        this.projects = Map.copyOf(projects);
        this.own = own;
        this.clock = clock;
        this.listener = listener;
        this.nextLook.set(clock.millis() + LOOK_MILLIS);
    }

    @Override
    public List<RuleIndex> of(Scope scope) {
        lookNowAndThen();
        return with(scope, shared.stream().map(RuleFile::index).toList());
    }

    /** The rules as if the host had these instead of its files. */
    public Layers instead(RuleSet host) {
        RuleIndex candidate = new RuleIndex(host);
        return scope -> {
            List<RuleIndex> indexes = new ArrayList<>();
            indexes.add(candidate);
            shared.stream()
                    .filter(file -> file.layer() != Layer.HOST)
                    .map(RuleFile::index)
                    .forEach(indexes::add);
            return with(scope, indexes);
        };
    }

    private List<RuleIndex> with(Scope scope, List<RuleIndex> first) {
        List<RuleIndex> indexes = new ArrayList<>(first);
        indexes.addAll(own.ofUser(scope.user()));
        scope.project().map(projects::get).map(RuleFile::index).ifPresent(indexes::add);
        scope.session().ifPresent(session -> indexes.addAll(own.ofSession(scope.user(), session)));
        return indexes;
    }

    private void lookNowAndThen() {
        long now = clock.millis();
        long due = nextLook.get();
        // A clock that was set back must not stop the looking.
        boolean late = now >= due || due - now > 2 * LOOK_MILLIS;
        if (late && nextLook.compareAndSet(due, now + LOOK_MILLIS)) {
            look();
        }
    }

    /** Looks at all files now. */
    public void look() {
        files().forEach(this::look);
    }

    private void look(RuleFile file) {
        RuleFile.Look look = file.look();
        if (!look.changed()) {
            return;
        }
        if (look.problem().isPresent()) {
            log.warn(
                    "New rules are not used, those of before stay in force: {}",
                    look.problem().get());
        } else {
            log.info(
                    "Rules of {} are in force: {}",
                    file.path(),
                    file.index().rules().rules().size());
        }
        listener.changed(file, look.problem().orElse(""));
    }

    /** All files, those for everybody first. */
    public List<RuleFile> files() {
        List<RuleFile> files = new ArrayList<>(shared);
        files.addAll(projects.values());
        return files;
    }

    /** Rules of users and sessions. */
    public OwnRules own() {
        return own;
    }

    /** What is wrong with files as they are now. */
    public List<String> problems() {
        return files().stream().flatMap(file -> file.problem().stream()).toList();
    }

    /** Opens the rules of a project in its directory. */
    public static RuleFile ofProject(Path directory) {
        return RuleFile.ofProject(directory.resolve(PROJECT_FILE));
    }

    /** @throws ConfigException when the rules cannot be used */
    public static RuleSet candidate(String yaml) {
        return RuleReader.read(Layer.HOST, "candidate", yaml);
    }
}
