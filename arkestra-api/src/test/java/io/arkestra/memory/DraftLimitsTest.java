package io.arkestra.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be kept is refused where it is handed in, and the message names the field. */
class DraftLimitsTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HALF = "a\uD83D";
    private static final String INVISIBLE = "\u00A0\u200B \u2060\uFEFF\u3164\n";

    private static MessageDraft message(String speaker, String text, Instant at) {
        return MessageDraft.of(SessionId.of("s"), Origin.USER, speaker, text, at);
    }

    private static DocumentDraft document() {
        return DocumentDraft.of("id", "title", "text");
    }

    private static Arguments refused(String field, Executable call) {
        return Arguments.of(field, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("'at'", () -> message("Ann", "text", Instant.MIN)),
                refused("'at'", () -> message("Ann", "text", Instant.MAX)),
                refused("message", () -> message("Ann", INVISIBLE, AT)),
                refused("message", () -> message("Ann", HALF, AT)),
                refused("1000001 characters", () -> message("Ann", "x".repeat(1_000_001), AT)),
                refused("speaker", () -> message("A".repeat(201), "text", AT)),
                refused("speaker", () -> message(HALF, "text", AT)),
                refused("id of a message", () -> message("Ann", "text", AT).id(HALF)),
                refused("id of a message", () -> message("Ann", "text", AT).id("x".repeat(201))),
                refused("id of a message", () -> message("Ann", "text", AT).id(" ")),
                refused("source", () -> MemoryDraft.note("text").source("x".repeat(10_000))),
                refused("source", () -> MemoryDraft.note("text").sources(List.of("m1", HALF))),
                refused("'at'", () -> MemoryDraft.note("text").at(Instant.MIN)),
                refused("'validFrom'", () -> MemoryDraft.note("text").validFrom(Instant.MAX)),
                refused("'expiresAt'", () -> MemoryDraft.note("text").expiresAt(Instant.MAX)),
                refused("empty", () -> MemoryDraft.note(INVISIBLE)),
                refused("text to remember", () -> MemoryDraft.note(HALF)),
                refused("quote", () -> MemoryDraft.note("text").quote(HALF)),
                refused("id of a document", () -> DocumentDraft.of(HALF, "title", "text")),
                refused("id of a document", () -> DocumentDraft.of("x".repeat(151), "title", "text")),
                refused("title", () -> DocumentDraft.of("id", "t".repeat(1_001), "text")),
                refused("title", () -> DocumentDraft.of("id", HALF, "text")),
                refused("Document 'id'", () -> DocumentDraft.of("id", "title", INVISIBLE)),
                refused("metadata 'key'", () -> document().metadata("key", "v".repeat(1_001))),
                refused("metadata key", () -> document().metadata("k".repeat(1_001), "v")),
                refused("'at'", () -> document().at(Instant.MAX)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void draft_whatCannotBeKept_isRefusedNamingTheField(String field, Executable call) {
        InvalidInputException e = assertThrows(InvalidInputException.class, call);
        assertTrue(e.getMessage().contains(field), e.getMessage());
        assertTrue(e.getMessage().length() < 300, "it repeats no huge text");
    }

    @Test
    void draft_atTheLimits_isTaken() {
        assertEquals("😀", message("A".repeat(200), "😀", DraftRules.FIRST).text());
        assertEquals(
                1_000_000,
                message("Ann", "x".repeat(1_000_000), DraftRules.LAST).text().length());
        assertEquals(
                1_000,
                DocumentDraft.of("x".repeat(150), "t".repeat(1_000), "\u00A0x")
                        .title()
                        .length());
        assertEquals(
                1_000,
                document()
                        .metadata("key", "v".repeat(1_000))
                        .metadata()
                        .get("key")
                        .length());
    }

    @Test
    void recallQuery_halfOfASurrogatePair_isReplaced() {
        assertEquals(
                "key \uFFFDword\uFFFD 😀",
                RecallQuery.about("key \uD83Dword\uDE00 😀").text());
        assertEquals("", RecallQuery.about("").text());
    }
}
