package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LearnedStepTest {
    private static final UserId ANN = UserId.of("ann");
    private static final Scope SCOPE = Scope.of(ANN);

    /** The memory, but for one question that it cannot answer. */
    private static Memory failing(Memory memory, String question) {
        return (Memory) Proxy.newProxyInstance(
                Memory.class.getClassLoader(), new Class<?>[] {Memory.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(question)) {
                        throw new ArkestraException("memory.index", "The index cannot be reached", null);
                    }
                    return method.invoke(memory, arguments);
                });
    }

    @Test
    void of_memoryThatCannotTell_isEmptyInsteadOfAFailedExplanation() {
        try (Arkestra engine = Arkestra.builder().build()) {
            Reply reply = engine.session(ANN, SessionId.of("s")).ask("My car is a Volvo");
            Memory memory = engine.memory();

            assertTrue(new LearnedStep(memory, SCOPE).of(reply.turn()).isPresent());
            for (String question : new String[] {"learnedFrom", "history"}) {
                assertEquals(
                        Optional.empty(), new LearnedStep(failing(memory, question), SCOPE).of(reply.turn()), question);
            }
        }
    }
}
