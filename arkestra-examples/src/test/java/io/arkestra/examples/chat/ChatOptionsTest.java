package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Llm;
import io.arkestra.common.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatOptionsTest {
    @Test
    void parse_nothing_takesTheDefaults() throws UsageException {
        ChatOptions options = ChatOptions.parse();

        assertEquals(Path.of("data"), options.home());
        assertFalse(options.jsonl());
        assertTrue(options.junior().isEmpty());
        assertTrue(options.senior().isEmpty());
        assertTrue(options.zone().isEmpty());
        assertEquals(ZoneId.systemDefault(), options.clock().getZone());
        assertTrue(near(options.clock().instant(), Instant.now()));
    }

    @Test
    void parse_everything_isTaken() throws UsageException {
        ChatOptions options = ChatOptions.parse(
                "--home",
                "h",
                "--user",
                "Аня",
                "--jsonl",
                "--junior",
                "offline",
                "--senior",
                "script:s.jsonl",
                "--allow",
                "a.b",
                "--allow",
                "c",
                "--zone",
                "UTC+3");

        assertEquals(Path.of("h"), options.home());
        assertEquals("Аня", options.user().value());
        assertTrue(options.jsonl());
        assertEquals("offline", options.junior().map(Llm::provider).orElse(""));
        assertEquals("script", options.senior().map(Llm::provider).orElse(""));
        assertEquals(List.of("a.b", "c"), options.allowed());
        assertEquals(Optional.of(ZoneId.of("UTC+3")), options.zone());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02-10T12:00:00, 2026-02-10T09:00:00Z",
        "2026-02-10T12:00, 2026-02-10T09:00:00Z",
        "2026-02-10T12:00:00Z, 2026-02-10T12:00:00Z",
        "2026-02-10T12:00:00+05:00, 2026-02-10T07:00:00Z",
        "2026-02-10T12:00:00+01:00[Europe/Berlin], 2026-02-10T11:00:00Z",
    })
    void clock_aMoment_startsThereAndTicks(String text, Instant expected) throws UsageException {
        // The zone after the option, because the order must not matter.
        ChatOptions options = ChatOptions.parse("--clock", text, "--zone", "Europe/Moscow");

        Instant now = options.clock().instant();

        assertTrue(near(now, expected), now.toString());
        assertEquals(ZoneId.of("Europe/Moscow"), options.clock().getZone());
    }

    @ParameterizedTest
    @CsvSource({
        "--nonsense, Unknown option '--nonsense'; see --help",
        "hello, Unknown option 'hello'; see --help",
        "--home, --home needs a value; see --help",
        "--user --jsonl, --user needs a value; see --help",
        "--zone Mars/Base, '--zone ''Mars/Base'' names no time zone; expected for example Europe/Moscow or UTC+3'",
        "--clock tomorrow, '--clock ''tomorrow'' is not a moment; expected for example 2026-02-10T12:00:00 or"
                + " 2026-02-10T12:00:00+03:00'",
        "--clock 2026-02-30T12:00:00, '--clock ''2026-02-30T12:00:00'' is not a moment; expected for example"
                + " 2026-02-10T12:00:00 or 2026-02-10T12:00:00+03:00'",
        "--senior gpt, '--senior: ''gpt'' names no language model; expected ''offline'', ''script:FILE'', ''gguf:PATH'', ''ollama:NAME'', ''openai:NAME'' or the address of a llama-server'",
    })
    void parse_wrongCommandLine_saysWhatIsWrong(String line, String message) {
        UsageException refusal = assertThrows(UsageException.class, () -> ChatOptions.parse(line.split(" ")));

        assertEquals(message, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--user ../x | --user '../x': User id has a character that is not allowed at position 1",
                "--user= | --user '': User id is empty",
                "--allow= | --allow is empty; expected the name of a tool",
                "--ask= | --ask is empty; expected the name of a tool",
                "--home= | --home is empty; expected a directory",
                "--zone= | --zone '' names no time zone; expected for example Europe/Moscow or UTC+3",
                "--jsonl=yes | --jsonl takes no value; see --help",
                "--nonsense=1 | Unknown option '--nonsense=1'; see --help",
            })
    void parse_wrongValue_isRefusedByTheNameOfItsOption(String line, String start) {
        UsageException refusal = assertThrows(UsageException.class, () -> ChatOptions.parse(line.split(" ")));

        assertTrue(String.valueOf(refusal.getMessage()).startsWith(start), refusal.getMessage());
    }

    @Test
    void parse_valuesAfterEqualsSigns_areTaken() throws UsageException {
        ChatOptions options = ChatOptions.parse("--user=ann", "--home=a=b", "--allow=--x", "--user=bob", "--zone=UTC");

        assertEquals("bob", options.user().value());
        assertEquals(Path.of("a=b"), options.home());
        assertEquals(List.of("--x"), options.allowed());
        assertEquals(Optional.of(ZoneId.of("UTC")), options.zone());
    }

    private static boolean near(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(Duration.ofMinutes(1)) < 0;
    }

    @Test
    void files_directories_becomeRootsByTheirNames() throws UsageException {
        ChatOptions options = ChatOptions.parse(
                "--files", "/home/ann/My Papers", "--files", "/mnt/my-papers", "--files", "/1", "--files", "rel");

        assertEquals(
                List.of(
                        "my-papers=/home/ann/My Papers",
                        "my-papers-2=/mnt/my-papers",
                        "files=/1",
                        "rel=" + Path.of("rel").toAbsolutePath()),
                options.files().settings().list("roots").stream()
                        .map(Json::asString)
                        .toList());
    }

    @Test
    void files_emptyName_isRefused() {
        UsageException refusal = assertThrows(UsageException.class, () -> ChatOptions.parse("--files", " "));

        assertEquals("--files is empty; expected a directory", refusal.getMessage());
    }
}
