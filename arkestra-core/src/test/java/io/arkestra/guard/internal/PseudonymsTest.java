package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PseudonymsTest {

    private static final GuardContext CONTEXT =
            GuardContext.of(Direction.TO_REMOTE_MODEL).conversation("c1");

    private final PatternGuard guard = new PatternGuard();

    @Test
    void inspect_sameValueTwice_hasTheSameNameInThisConversationOnly() {
        String text = "a@b.org and A@B.org, call 8 (911) 575-44-48 or +7 911 575 44 48, c@d.org";

        String named = guard.inspect(text, CONTEXT).text();

        assertEquals("[[EMAIL_1]] and [[EMAIL_1]], call [[PHONE_1]] or [[PHONE_1]], [[EMAIL_2]]", named);
        assertEquals(
                "a@b.org and a@b.org, call 8 (911) 575-44-48 or 8 (911) 575-44-48, c@d.org",
                guard.restore(named, CONTEXT));
        assertEquals(named, guard.restore(named, CONTEXT.conversation("c2")));
        assertEquals(named, new PatternGuard().restore(named, CONTEXT));
    }

    @ParameterizedTest
    @CsvSource({"[[EMAIL_1]]", "[[email_1]]", "[[ EMAIL_1 ]]", "[[EMAIL 1]]", "\\[\\[EMAIL_1\\]\\]", "[ [EMAIL_1] ]"})
    void restore_nameAsAModelWritesIt_isTurnedBack(String written) {
        guard.inspect("a@b.org", CONTEXT);

        assertEquals("to a@b.org.", guard.restore("to " + written + ".", CONTEXT));
    }

    @Test
    void inspect_nameWrittenByTheUser_isNotTakenForOne() {
        GuardResult sent = guard.inspect("a@b.org and literally [[EMAIL_1]]", CONTEXT);

        assertFalse(sent.text().endsWith("[[EMAIL_1]]"), sent.text());
        assertEquals("a@b.org and literally [[EMAIL_1]]", guard.restore(sent.text(), CONTEXT));
    }

    @Test
    void forget_user_leavesTheNamesOfOthersOnly() {
        PatternGuard own = new PatternGuard();
        GuardContext remote = GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL);
        GuardContext ann = remote.conversation("ann/s");
        GuardContext annette = remote.conversation("annette/s");
        String mail = "ann@example.org";
        String name = own.inspect(mail, ann).text();
        assertEquals(name, own.inspect(mail, annette).text());
        assertEquals(mail, own.restore(name, ann));

        own.forget("ann");

        assertEquals(name, own.restore(name, ann));
        assertEquals(mail, own.restore(name, annette));
    }

    @Test
    void inspect_secret_hasNoName() {
        assertEquals(
                "password: ***", guard.inspect("password: Zima-Leto75", CONTEXT).text());
    }

    @Test
    void restoring_anyChunks_equalsTheWhole() {
        guard.inspect("a@b.org and +7 911 575 44 48", CONTEXT);
        String text =
                "Mail [[EMAIL_1]] or [ [phone_1] ], not [[EMAIL_7]], [x] [[ \\[\\[EMAIL_1\\]\\] [[[EMAIL_1]]] \u27e6EMAIL_1\u27e7 [[";
        String whole = guard.restore(text, CONTEXT);
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            GuardStream stream = guard.restoring(CONTEXT);
            StringBuilder out = new StringBuilder();
            for (int from = 0; from < text.length(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(round % 12 + 1));
                out.append(stream.push(text.substring(from, to)));
                from = to;
            }
            assertEquals(whole, out + stream.finish());
        }
        assertTrue(whole.contains("a@b.org or +7 911 575 44 48"), whole);
    }

    @Test
    void inspect_typeThatTheReaderMayHave_passes() {
        GuardContext tool = GuardContext.of(Direction.TO_USER).allowing(Set.of("EMAIL"));

        assertEquals(
                "a@b.org, ***", guard.inspect("a@b.org, +7 911 575 44 48", tool).text());
    }

    @Test
    void inspect_owner_readsOwnDataButNoSecrets() {
        assertEquals(
                "a@b.org, 4111 1111 1111 1111, password: ***",
                guard.inspect("a@b.org, 4111 1111 1111 1111, password: Zima-Leto75", GuardContext.toOwner())
                        .text());
    }

    @Test
    void inspect_blockedType_endsTheTextBeforeIt() {
        PatternGuard strict =
                new PatternGuard(GuardSettings.defaults().with(Channel.TO_REMOTE_MODEL, "CREDIT_CARD", Action.BLOCK));

        GuardResult result = strict.inspect("card 4111 1111 1111 1111 and more", CONTEXT);

        assertTrue(result.blocked());
        assertEquals("card ", result.text());
    }
}
