package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardFileTest {

    private static final String RULE = """
            rules:
              - id: staff-number
                type: STAFF_NUMBER
                pattern: 'ST-\\d{6}'
                example: my number is ST-123456
                counterExample: ST-12
            """;

    @TempDir
    Path directory;

    private GuardSettings read(String yaml) throws IOException {
        return GuardFile.read(Files.writeString(directory.resolve("guard.yaml"), yaml));
    }

    @Test
    void read_wholeFile_isWhatTheGuardGoesBy() throws IOException {
        GuardSettings settings = read("""
                actions:
                  toOwner:
                    PII: mask
                    EMAIL: allow
                    STAFF_NUMBER: block
                  toStore:
                    CREDIT_CARD: mask
                regions: [FI]
                profanity: all
                allow:
                  words: [dick]
                  values: [Help@example.org]
                """ + RULE);
        PatternGuard guard = new PatternGuard(settings);

        assertEquals(
                "a@b.org, ***, Dick",
                guard.inspect("a@b.org, +7 911 575 44 48, Dick", GuardContext.toOwner())
                        .text());
        assertEquals(
                "a@b.org ***",
                guard.inspect("a@b.org 4111 1111 1111 1111", GuardContext.of(Direction.TO_STORE))
                        .text());
        assertEquals(
                "help@example.org, ***",
                guard.inspect("help@example.org, me@example.org", GuardContext.of(Direction.TO_LOG))
                        .text());
        assertTrue(guard.inspect("I am ST-123456", GuardContext.toOwner()).blocked());
        assertTrue(settings.describe().contains("own rules staff-number"), settings.describe());
        assertTrue(settings.describe().contains("telephone numbers of FI"), settings.describe());
    }

    @Test
    void read_emptyFile_isAsShipped() throws IOException {
        assertEquals(GuardSettings.defaults(), read(""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "akshuns: {} | guard.yaml:1:1: 'akshuns' is not a known key; allowed here: actions, allow, profanity, regions, rules",
                "actions: {toOwner: {EMAIL: hide}} | 'actions.toOwner.EMAIL' is \"hide\"; expected one of allow, pseudonymise, mask, block",
                "actions: {toowner: {}} | 'actions.toowner' is not a known key",
                "actions: {toOwner: {EMIAL: mask}} | 'EMIAL' is no type of value; allowed here: CREDIT_CARD",
                "profanity: much | expected one of off, strong, all",
                "regions: [Russia] | expected a two-letter country code",
            })
    void read_whatIsWrong_isToldWithItsPlaceAndWhatIsAllowed(String yaml, String message) {
        ConfigException e = assertThrows(ConfigException.class, () -> read(yaml));

        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().contains("guard.yaml:1:"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pattern: 'ST-\\d{6}' | pattern: '(?<=a)b' | is not one that RE2 understands",
                "example: my number is ST-123456 | example: nothing here | finds nothing in its example",
                "counterExample: ST-12 | counterExample: ST-123456 | finds something in its counter-example",
                "pattern: 'ST-\\d{6}' | pattern: '(ST-\\d{6})?' | expected at least a character",
            })
    void read_ruleThatCannotBe_isToldWithItsPlace(String part, String changed, String message) {
        ConfigException e = assertThrows(ConfigException.class, () -> read(RULE.replace(part, changed)));

        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().contains("guard.yaml:"), e.getMessage());
    }

    @Test
    void read_typesOfARecogniser_mayHaveActions() throws IOException {
        Path file = Files.writeString(
                directory.resolve("guard.yaml"), "actions: {toRemoteModel: {PERSON: block, SHIP: mask}}\n");

        GuardSettings settings = GuardFile.read(file, List.of("SHIP"));

        assertEquals(Action.BLOCK, settings.action(Channel.TO_REMOTE_MODEL, "PERSON"));
        assertEquals(Action.MASK, settings.action(Channel.TO_REMOTE_MODEL, "SHIP"));
        assertThrows(ConfigException.class, () -> GuardFile.read(file));
    }

    @Test
    void read_noFile_isToldWithTheWayOut() {
        ConfigException e = assertThrows(ConfigException.class, () -> GuardFile.read(directory.resolve("none.yaml")));

        assertTrue(e.getMessage().contains("take guard.file out of the configuration"), e.getMessage());
    }
}
