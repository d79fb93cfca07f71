package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final int LIMIT = 65_536;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("1 MB", "a".repeat(1 << 20), "65536"),
                Arguments.of("one byte too long", "a".repeat(LIMIT + 1), "65537"),
                Arguments.of("too long in UTF-8 only", "ы".repeat(LIMIT / 2 + 1), "65538 bytes"),
                Arguments.of("empty", "", "empty"),
                Arguments.of("blank", " \t\r\n ", "empty"),
                Arguments.of("NUL", "a\0b", "U+0000"),
                Arguments.of("escape", "a\u001b[31mred", "U+001B at character 2"),
                Arguments.of("delete", "a\u007f", "U+007F"),
                Arguments.of("C1 control", "a\u0085", "U+0085"),
                Arguments.of("lone high surrogate", "a\ud83d b", "surrogate pair at character 2"),
                Arguments.of("lone low surrogate", "\ude00", "surrogate pair at character 1"),
                Arguments.of("surrogates the wrong way round", "\ude00\ud83d", "surrogate"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void ask_messageThatCannotBeAccepted_saysWhyAndKeepsNothing(String name, String message, String expected) {
        try (Arkestra engine = Arkestra.builder().build()) {
            Session session = engine.session(ALICE);
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> session.ask(message));
            assertTrue(e.getMessage().contains(expected), e.getMessage());
            assertTrue(e.getMessage().length() < 300, "the message is not repeated in full");
            assertThrows(InvalidInputException.class, () -> session.turn(message));
            assertTrue(Conversations.log(engine, ALICE).isEmpty());
            assertEquals(Outcome.Kind.COMPLETED, session.ask("hello").outcome());
        }
    }

    static Stream<String> accepted() {
        return Stream.of(
                "a".repeat(LIMIT),
                "ы".repeat(LIMIT / 2),
                "tabs\tand\r\nlines\n",
                "😀👍🏽 \u200d zero width, \u202e right to left",
                "e\u0301 combining",
                "{\"text\":\"json\",\"tool_calls\":[]}",
                "'; DROP TABLE messages; --",
                "%s %n {0} ${jndi:x} \\");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void ask_unusualText_isKeptVerbatim(String message) {
        try (Arkestra engine = Arkestra.builder().build()) {
            assertEquals(
                    Outcome.Kind.COMPLETED, engine.session(ALICE).ask(message).outcome());
            assertEquals(message, Conversations.log(engine, ALICE).get(0).text());
        }
    }

    @Test
    void messageLimit_ofTheHost_isNamed() {
        try (Arkestra engine = Arkestra.builder().messageLimit(10).build()) {
            Session session = engine.session(ALICE);
            session.ask("0123456789");
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> session.ask("0123456789a"));
            assertTrue(e.getMessage().contains("at most 10 bytes"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "", " ", "a/b", "a\\b", "a\u0000b", ".."})
    void userId_thatIsNoName_isRefused(String id) {
        assertThrows(ArkestraException.class, () -> UserId.of(id));
    }

    @Test
    void build_homeInUse_namesTheHolderAndLeavesItAlone(@TempDir Path home) {
        try (Arkestra engine = Arkestra.builder().home(home).build()) {
            StoreException e = assertThrows(
                    StoreException.class, () -> Arkestra.builder().home(home).build());
            assertTrue(e.getMessage().contains(home.toString()), e.getMessage());
            assertTrue(
                    e.getMessage()
                                    .contains(String.valueOf(
                                            ProcessHandle.current().pid()))
                            || e.getMessage().contains("this process"),
                    e.getMessage());
            assertEquals(
                    Outcome.Kind.COMPLETED, engine.session(ALICE).ask("hello").outcome());
        }
    }

    @Test
    void build_homeIsAFile_saysSo(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("home"), "not a directory");
        ArkestraException e = assertThrows(
                ArkestraException.class, () -> Arkestra.builder().home(file).build());
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        assertEquals("not a directory", Files.readString(file));
    }

    @Test
    void build_unknownConfigurationKey_namesFileLineAndKeys(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), "memory:\n  sleepAtt: \"04:00\"\n");
        ConfigException e = assertThrows(
                ConfigException.class, () -> Arkestra.builder().home(home).build());
        assertTrue(e.getMessage().contains("arkestra.yaml:2"), e.getMessage());
        assertTrue(e.getMessage().contains("sleepAtt") && e.getMessage().contains("sleepAt"), e.getMessage());
        Files.delete(home.resolve("arkestra.yaml"));
        Arkestra.builder().home(home).build().close();
    }

    @Test
    void build_scriptThatIsWrong_namesFileAndLineAndLeavesNothingOpen(@TempDir Path home) throws IOException {
        Path script = Files.writeString(home.resolve("s.jsonl"), "{\"match\":\".\",\"text\":\"a\"}\n{\"match\":\n");
        ConfigException e = assertThrows(
                ConfigException.class,
                () -> Arkestra.builder().home(home).senior(Llm.script(script)).build());
        assertTrue(e.getMessage().contains("s.jsonl:2"), e.getMessage());
        Arkestra.builder().home(home).build().close();
    }

    @Test
    void build_modelThatNobodyBrings_namesIt() {
        ArkestraException e = assertThrows(
                ArkestraException.class,
                () -> Arkestra.builder()
                        .senior(Llm.provider("nobody", io.arkestra.common.Json.emptyObject()))
                        .build());
        assertTrue(e.getMessage().contains("nobody"), e.getMessage());
    }

    @Test
    void feedback_onATurnThatIsNot_isRefused() {
        try (Arkestra engine = Arkestra.builder().build()) {
            Session session = engine.session(ALICE);
            assertThrows(
                    InvalidInputException.class,
                    () -> session.feedback(io.arkestra.common.TurnId.of("nothing"), Feedback.up()));
            assertThrows(InvalidInputException.class, () -> Feedback.text(" "));
            assertThrows(InvalidInputException.class, () -> Feedback.text("a".repeat(4_001)));
        }
    }

    @Test
    void start_twice_isRefused() {
        try (Arkestra engine = Arkestra.builder().build()) {
            TurnRequest request = engine.session(ALICE).turn("hello");
            request.start().await();
            assertThrows(IllegalStateException.class, request::start);
            assertFalse(Conversations.log(engine, ALICE).size() > 2);
        }
    }
}
