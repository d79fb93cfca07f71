package io.arkestra.task.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks of all users, each seen only by its own. A task changes together with the reminders that it has: both in one transaction.
 * Thread-safe.
 */
public final class TaskStore {
    /** The most open tasks of a user. */
    public static final int MAX_OPEN = 2_000;

    private static final String NAME = TaskRecord.COLLECTION.name();

    private final DocStore store;
    private final DurableReminders reminders;

    public TaskStore(DocStore store, DurableReminders reminders) {
        this.store = store;
        this.reminders = reminders;
        store.define(TaskRecord.COLLECTION);
    }

    /**
     * What becomes of one task and of its reminders.
     *
     * @param id which one
     * @param version that is expected; {@link DocWrite#ABSENT}: none is there
     * @param after what it is to be; empty: to be deleted
     * @param set reminders that are set, by id
     * @param cancelled reminders that are cancelled
     * @param restored cancelled reminders that are set again
     */
    public record Change(
            String id,
            long version,
            Optional<Json> after,
            Map<String, DurableReminders.Planned> set,
            List<String> cancelled,
            List<String> restored) {
        public Change {
            set = Map.copyOf(set);
            cancelled = List.copyOf(cancelled);
            restored = List.copyOf(restored);
        }
    }

    public Optional<TaskRecord> find(Scope scope, String id) {
        return id.isEmpty() || id.length() > 200
                ? Optional.empty()
                : store.inTransaction(tx -> tx.get(NAME, Owner.of(scope.user()), id))
                        .map(TaskRecord::of);
    }

    /** Open tasks, those that are due first, the next of them first; then those without a time. */
    public List<TaskRecord> open(Scope scope) {
        return sorted(list(scope, Filter.eq(TaskRecord.STATE, TaskRecord.OPEN)));
    }

    /** Tasks that are done, in the same order. */
    public List<TaskRecord> done(Scope scope) {
        return sorted(list(scope, Filter.eq(TaskRecord.STATE, TaskRecord.DONE)));
    }

    private static List<TaskRecord> sorted(List<TaskRecord> tasks) {
        return java.util.stream.Stream.concat(
                        tasks.stream().filter(task -> task.due().isPresent()),
                        tasks.stream().filter(task -> task.due().isEmpty()))
                .toList();
    }

    private List<TaskRecord> list(Scope scope, Filter filter) {
        DocQuery query = DocQuery.where(filter).ascending(TaskRecord.DUE).limit(DocQuery.MAX_LIMIT);
        return store.inTransaction(tx -> tx.find(NAME, Owner.of(scope.user()), query)).docs().stream()
                .map(TaskRecord::of)
                .toList();
    }

    /**
     * Changes a task and its reminders, together or not at all.
     *
     * @return the task as it is then; empty when it was deleted
     * @throws InvalidInputException when the task would be none, or there are too many
     * @throws VersionConflictException when somebody else changed it meanwhile
     */
    public Optional<TaskRecord> apply(Scope scope, Change change) {
        Optional<TaskRecord> task = store.inTransaction(tx -> apply(tx, scope, change));
        store.sync();
        return task;
    }

    private Optional<TaskRecord> apply(DocTransaction tx, Scope scope, Change change) {
        Owner owner = Owner.of(scope.user());
        Optional<TaskRecord> task = Optional.empty();
        if (change.after().isPresent()) {
            Json body = TaskRecord.check(change.after().get());
            if (change.version() == DocWrite.ABSENT
                    && tx.count(NAME, owner, Filter.eq(TaskRecord.STATE, TaskRecord.OPEN)) >= MAX_OPEN) {
                throw new InvalidInputException(
                        "There are " + MAX_OPEN + " open tasks already; complete or delete some first");
            }
            task = Optional.of(TaskRecord.of(
                    tx.put(NAME, DocWrite.of(owner, change.id(), body).expectVersion(change.version()))));
        } else {
            long version =
                    tx.get(NAME, owner, change.id()).map(doc -> doc.version()).orElse(DocWrite.ABSENT);
            if (version != change.version()) {
                throw new VersionConflictException("Task '" + change.id() + "' changed meanwhile");
            }
            tx.delete(NAME, owner, change.id());
        }
        change.set().forEach((id, planned) -> reminders.save(tx, scope, id, planned));
        change.cancelled().forEach(id -> reminders.cancel(tx, scope, id));
        change.restored().forEach(id -> reminders.restore(tx, scope, id));
        return task;
    }
}
