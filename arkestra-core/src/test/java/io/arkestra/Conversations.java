package io.arkestra;

import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobState;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import java.util.Comparator;
import java.util.List;

/** Reads the conversation log as it is stored. */
final class Conversations {
    private Conversations() {}

    /** Jobs in a state, but for those that wait for a conversation to end. */
    static List<Job> jobsOfTurns(Arkestra engine, JobState state) {
        return engine.jobs().list(state, 100).stream()
                .filter(job -> !job.type().equals("session-end"))
                .toList();
    }

    /** Everything of a user, session by session in order. */
    static List<Message> log(Arkestra engine, UserId user) {
        return engine
                .store()
                .inTransaction(tx -> tx.find(
                        Message.COLLECTION.name(),
                        Owner.of(user),
                        DocQuery.all().limit(DocQuery.MAX_LIMIT)))
                .docs()
                .stream()
                .map(Message::from)
                .sorted(Comparator.comparing(
                                (Message message) -> message.session().value())
                        .thenComparing(Message::ordinal))
                .toList();
    }
}
