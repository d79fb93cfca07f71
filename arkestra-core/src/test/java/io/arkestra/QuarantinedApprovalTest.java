package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.arkestra.policy.Decision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading in quarantine what a person has to agree to. */
@Timeout(60)
class QuarantinedApprovalTest {
    private final PageOfStrangers world = new PageOfStrangers();

    @TempDir
    Path home;

    @Test
    void extract_whoseReadingIsToBeAgreedTo_leavesNoQuestionBehindWhenItFails() {
        try (Arkestra engine = world.builder(home)
                .junior(Llm.client(RecordingLlm.writing((request, cancel) -> "{\"due\":\"2026-06-01\"}")))
                .policy(p -> p.park()
                        .add((action, scope) -> action.name().equals("web.fetch")
                                        && action.quality().isPresent()
                                ? Decision.ask("test", "a person decides")
                                : Decision.abstain()))
                .build()) {
            List<String> uses = world.ask(
                    engine,
                    "s",
                    "When is it due?",
                    PageOfStrangers.call(
                            "content.extract",
                            "{\"tool\":\"web.fetch\",\"arguments\":{\"url\":\"https://page.example\"},"
                                    + "\"fields\":{\"due\":{\"type\":\"string\",\"format\":\"date\"}}}"),
                    PageOfStrangers.DONE);
            assertEquals(List.of("content.extract tool.failed"), uses);
            assertEquals(
                    List.of(),
                    engine.approvals().pending(PageOfStrangers.ALICE),
                    "who agrees now would have the page read in front of the senior");
            assertFalse(world.prompts().stream().anyMatch(prompt -> prompt.contains(PageOfStrangers.EVIL)));
        }
    }
}
