package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SessionQueuesTest {
    private static final UserId ANN = UserId.of("ann");
    private static final SessionId TALK = SessionId.of("talk");

    private final Deque<Runnable> handedOver = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private boolean open = true;
    private final SessionQueues queues = new SessionQueues(this::execute);

    private void execute(Runnable task) {
        if (!open) {
            throw new RejectedExecutionException("closed");
        }
        handedOver.add(task);
    }

    @Test
    void submit_twoTasksOfASession_secondIsHandedOverAfterTheFirst() {
        submit("first");
        submit("second");
        assertEquals(1, handedOver.size());

        handedOver.remove().run();
        handedOver.remove().run();

        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    void submit_tasksOfTwoSessions_bothAreHandedOver() {
        submit("first");
        queues.submit(ANN, SessionId.of("other"), () -> ran.add("other"));

        assertEquals(2, handedOver.size());
    }

    @Test
    void submit_executorRejected_everyLaterTaskIsRejectedTooInsteadOfWaitingForEver() {
        open = false;
        assertThrows(RejectedExecutionException.class, () -> submit("first"));
        assertThrows(RejectedExecutionException.class, () -> submit("second"));

        open = true;
        submit("third");
        handedOver.remove().run();

        assertEquals(List.of("third"), ran);
    }

    @Test
    void submit_executorRejectedTheTaskThatWaited_laterTasksAreRejected() {
        submit("first");
        submit("second");
        open = false;

        handedOver.remove().run();

        assertThrows(RejectedExecutionException.class, () -> submit("third"));
        assertEquals(List.of("first"), ran);
    }

    private void submit(String name) {
        queues.submit(ANN, TALK, () -> ran.add(name));
    }
}
