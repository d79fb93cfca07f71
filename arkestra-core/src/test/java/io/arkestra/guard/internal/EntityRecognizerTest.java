package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.guard.EntityRecognizer;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntityRecognizerTest {

    private static final class Names implements EntityRecognizer {
        private boolean closed;

        @Override
        public String id() {
            return "names";
        }

        @Override
        public List<String> types() {
            return List.of("PERSON");
        }

        @Override
        public List<Entity> recognize(String text) {
            if (text.contains("broken")) {
                throw new IllegalStateException("no model");
            }
            int at = text.indexOf("Anna");
            return at < 0 ? List.of() : List.of(new Entity("PERSON", at, at + 4), new Entity("PERSON", 900, 950));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static String inspected(String text, Direction direction) {
        return new PatternGuard(GuardSettings.defaults(), Optional.of(new Names()))
                .inspect(text, GuardContext.of(direction).conversation("c"))
                .text();
    }

    @Test
    void inspect_nameOnAWayOfWholeTexts_isGuardedLikeAnyValue() {
        assertEquals("call [[PERSON_1]], [[EMAIL_1]]", inspected("call Anna, a@b.org", Direction.TO_REMOTE_MODEL));
        assertEquals("call ***, ***", inspected("call Anna, a@b.org", Direction.TO_LOG));
        assertEquals("call Anna, a@b.org", inspected("call Anna, a@b.org", Direction.TO_STORE));
    }

    @Test
    void inspect_nameOnAWayThatIsStreamed_isNotLookedFor() {
        assertEquals("call Anna, ***", inspected("call Anna, a@b.org", Direction.TO_USER));
    }

    @Test
    void inspect_recogniserThatFails_leavesTheRules() {
        assertEquals("broken Anna, ***", inspected("broken Anna, a@b.org", Direction.TO_LOG));
    }

    @Test
    void build_recogniserGiven_isDescribedAndClosed() {
        Names names = new Names();
        try (Arkestra arkestra = Arkestra.builder().entityRecognizer(names).build()) {
            assertTrue(arkestra.describe().contains("names (instance given in code)"), arkestra.describe());
        }
        assertTrue(names.closed);
    }
}
