package io.arkestra.provenance.internal;

import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.store.DocTransaction;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.Flow;
import io.arkestra.tool.Target;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one call does to the marks of files: before it what it may write is marked, so that no crash lets words through; what it takes away
 * loses its mark only when it is done. Immutable.
 */
public final class Flows {
    private final TaintMarks marks;
    private final UserId user;
    private final String call;
    private final List<Target> changed;
    private final List<Flow> flows;
    private final Set<Taint> seen;
    private final Set<Taint> own;

    /**
     * @param targets what the call touches
     * @param flows what becomes of the words in it
     * @param seen untrusted sources whose words the model had seen
     * @param own untrusted sources of the tool itself: what it writes may be from there
     */
    public Flows(
            TaintMarks marks,
            UserId user,
            String call,
            List<Target> targets,
            List<Flow> flows,
            Set<Taint> seen,
            Set<Taint> own) {
        this.marks = marks;
        this.user = user;
        this.call = call;
        this.changed = targets.stream()
                .filter(Target::changes)
                .filter(target -> ResourceKey.of(target).isPresent())
                .toList();
        this.flows = flows.stream()
                .filter(flow -> ResourceKey.of(flow.from()).isPresent())
                .filter(flow ->
                        flow.to().map(to -> ResourceKey.of(to).isPresent()).orElse(true))
                .toList();
        this.seen = Set.copyOf(seen);
        this.own = Set.copyOf(own);
    }

    /** In the transaction that stores what the call would do. */
    public void expected(DocTransaction tx) {
        marked(tx, seen, own);
        for (Flow flow : flows) {
            if (flow.sort() == Flow.Sort.MOVED) {
                marks.copy(tx, user, call, flow.from(), flow.to().orElseThrow());
            } else if (flow.sort() == Flow.Sort.COPIED && !isReplaced(flow.from())) {
                marks.copy(tx, user, call, flow.from(), flow.to().orElseThrow());
            }
        }
    }

    /** Whether something may have been marked before the call. */
    private boolean marksBefore() {
        return !changed.isEmpty()
                && (!seen.isEmpty()
                        || !own.isEmpty()
                        || flows.stream().anyMatch(flow -> flow.to().isPresent()));
    }

    /** In the transaction that notes that the call is done. */
    public void done(DocTransaction tx, Set<Taint> result, List<Artifact> artifacts) {
        marked(tx, Set.of(), more(result));
        kept(tx, result, artifacts);
        boolean clean = seen.isEmpty() && own.isEmpty() && result.isEmpty();
        for (Flow flow : flows) {
            switch (flow.sort()) {
                case MOVED, REMOVED -> marks.cleared(tx, call, flow.from(), true);
                case REPLACED -> {
                    if (clean) {
                        marks.cleared(tx, call, flow.from(), false);
                    }
                }
                case COPIED -> {
                    // marked before
                }
            }
        }
    }

    /** What was not known before the call: the rest was marked by then, and what the call did itself to those marks stands. */
    private Set<Taint> more(Set<Taint> result) {
        Set<Taint> more = new TreeSet<>(result);
        more.removeAll(seen);
        more.removeAll(own);
        return more;
    }

    /** Whether it makes a difference to marks if a call that failed left something. */
    public boolean marks(Set<Taint> read) {
        return marksBefore() || (!changed.isEmpty() && !more(read).isEmpty());
    }

    /**
     * In the transaction that notes that the call failed, or that nobody knows what it does still: what it has written may hold what it
     * had read.
     *
     * @param nothing whether it left nothing
     */
    public void failed(DocTransaction tx, Set<Taint> read, boolean nothing) {
        if (!nothing) {
            marked(tx, Set.of(), more(read));
        } else if (marksBefore()) {
            marks.undone(tx, call);
        }
    }

    /** In the transaction that keeps a file of the call, and again when more is known of what is in it. Undoing the call leaves it there. */
    public void kept(DocTransaction tx, Set<Taint> result, List<Artifact> artifacts) {
        for (Artifact artifact : artifacts) {
            Set<Taint> all = new TreeSet<>(seen);
            all.addAll(own);
            all.addAll(result);
            if (!all.isEmpty()) {
                ResourceKey file = ResourceKey.place(RealPath.of(artifact.file()));
                marks.put(tx, user, TaintMarks.NO_CALL, file, file, all);
                ResourceKey content = ResourceKey.of(Target.read(Target.CONTENT, artifact.sha256()))
                        .orElseThrow();
                marks.put(tx, user, TaintMarks.NO_CALL, content, file, all);
            }
        }
    }

    /** A directory that a process starts in is marked by what the model had seen alone: a process that only prints writes nothing. */
    private void marked(DocTransaction tx, Set<Taint> everywhere, Set<Taint> files) {
        Set<Taint> all = new TreeSet<>(everywhere);
        all.addAll(files);
        for (Target target : changed) {
            Set<Taint> sources = target.kind().equals(Target.CWD) ? everywhere : all;
            if (!sources.isEmpty() && !leaves(target)) {
                ResourceKey key = ResourceKey.of(target).orElseThrow();
                marks.put(tx, user, call, key, key, sources);
            }
        }
        for (Flow flow : flows) {
            if (flow.sort() == Flow.Sort.COPIED && !all.isEmpty()) {
                ResourceKey key = ResourceKey.of(flow.to().orElseThrow()).orElseThrow();
                ResourceKey holder =
                        key.isPlace() ? key : ResourceKey.of(flow.from()).orElseThrow();
                marks.put(tx, user, call, key, holder, all);
            }
        }
    }

    private boolean leaves(Target target) {
        return flows.stream()
                .anyMatch(flow -> (flow.sort() == Flow.Sort.MOVED || flow.sort() == Flow.Sort.REMOVED)
                        && flow.from().value().equals(target.value()));
    }

    /** What is copied from there then is the call's own. */
    private boolean isReplaced(Target target) {
        return flows.stream()
                .anyMatch(flow ->
                        flow.sort() == Flow.Sort.REPLACED && flow.from().value().equals(target.value()));
    }
}
