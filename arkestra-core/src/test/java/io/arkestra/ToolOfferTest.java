package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolOfferTest {
    private static final UserId ALICE = UserId.of("alice");

    @Test
    void offer_policyThatNeedsArgumentsToDecide_offersTheToolAndJudgesTheCall() {
        Policy short160 = (action, scope) -> action.name().equals("note.create")
                        && action.arguments().text("text").length() > 160
                ? Decision.deny("short-notes", "A note has at most 160 characters")
                : Decision.abstain();
        RecordingLlm senior = calling("{\"text\":\"%s\"}".formatted("long ".repeat(100)));

        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.client(senior))
                .policy(policy -> policy.add(short160))
                .build()) {
            Reply reply = arkestra.session(ALICE).ask("note it");

            assertTrue(offered(senior).contains("note.create"), offered(senior).toString());
            assertEquals(List.of(new ToolUse("note.create", "denied")), reply.toolUses());
        }
    }

    @Test
    void offer_toolThatIsDeniedWhateverTheArguments_isNotOffered() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"hello\"}");

        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.client(senior))
                .policy(policy -> policy.deny("note.create"))
                .build()) {
            arkestra.session(ALICE).ask("note it");

            assertFalse(offered(senior).contains("note.create"), offered(senior).toString());
        }
    }

    private static RecordingLlm calling(String arguments) {
        boolean[] asked = new boolean[1];
        return RecordingLlm.writing((request, cancel) -> {
            if (asked[0]) {
                return "{\"text\":\"no\"}";
            }
            asked[0] = true;
            return "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":" + arguments + "}]}";
        });
    }

    private static List<String> offered(RecordingLlm senior) {
        return RecordingLlm.offeredTools(senior.requests().get(0));
    }
}
