package io.arkestra.config.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Budget;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    @TempDir
    private Path home;

    private Configuration load(String yaml) throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), yaml);
        return Configuration.load(home, Map.of(), Map.of());
    }

    /** The message with the path of the file taken off. */
    private String failure(String yaml) {
        return assertThrows(ConfigException.class, () -> load(yaml))
                .getMessage()
                .replace(home + "/", "");
    }

    @Test
    void load_settingsOfToolProviders_givesThemByProvider() throws IOException {
        Configuration configuration = load("""
                tools:
                  discover: true
                  providers:
                    files: {roots: [work=/srv/work], fileBytes: 1000}
                """);

        assertEquals(
                Map.of("files", Json.parse("{\"roots\":[\"work=/srv/work\"],\"fileBytes\":1000}")),
                configuration.toolProviders());
        assertEquals(
                "arkestra.yaml:1:28: 'tools.providers.files' is 5; expected settings of the provider, as keys with values",
                failure("tools: {providers: {files: 5}}"));
    }

    @Test
    void load_fullFile_givesTypedValuesWithTheirPlaces() throws IOException {
        Configuration configuration = load("""
                # Comment
                llm:
                  junior: offline
                  senior: script:C:\\answers.jsonl
                persona: {assistantName: Аркестра, language: ru, zone: UTC+3}
                guard:
                  enabled: false
                policy:
                  allow: [weather.today, note.create]
                  deny:
                    - alias.set
                memory:
                  sleepAt: 04:30
                tools: {discover: true}
                budget: {tokens: 6000, wall: PT1M, toolCalls: 0, modelCalls: 8}
                providers: {exclude: [lucene, com.example.Broken], store: h2, keyword: lucene, memory: standard}
                limits: {messageBytes: 0x8000}
                """);

        assertEquals(List.of("offline"), configuration.junior());
        assertEquals(List.of("script:C:\\answers.jsonl"), configuration.senior());
        assertEquals(Optional.of("Аркестра"), configuration.assistantName());
        assertEquals(Optional.of("ru"), configuration.language());
        assertEquals(Optional.of(ZoneId.of("UTC+3")), configuration.zone());
        assertEquals(Optional.of(false), configuration.guardEnabled());
        assertEquals(Set.of("weather.today", "note.create"), configuration.allowedTools());
        assertEquals(Set.of("alias.set"), configuration.deniedTools());
        assertEquals(Optional.of(LocalTime.of(4, 30)), configuration.sleepAt());
        assertEquals(Optional.of(true), configuration.discoverTools());
        Budget budget = configuration.budget(Budget.perTurn().toolCalls(64).modelCalls(32));
        assertEquals(6000, budget.tokens().orElseThrow());
        assertEquals(Optional.of(Duration.ofMinutes(1)), budget.wall());
        assertEquals(OptionalInt.of(0), budget.toolCalls());
        assertEquals(OptionalInt.of(8), budget.modelCalls());
        assertEquals(Set.of("lucene", "com.example.Broken"), configuration.excludedProviders());
        assertEquals(Optional.of("h2"), configuration.provider("store"));
        assertEquals(OptionalInt.of(32768), configuration.messageBytes());
        assertEquals(
                home.resolve("arkestra.yaml") + ":13:12",
                configuration.setting("memory.sleepAt").orElseThrow().origin());
        assertEquals(19, configuration.settings().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing here\n", "---\n", "memory:\n  # sleepAt: 04:00\n"})
    void load_fileWithoutSettings_setsNothing(String yaml) throws IOException {
        assertEquals(List.of(), load(yaml).settings());
    }

    @Test
    void section_someKeysSet_givesOnlyThose() throws IOException {
        Configuration configuration = load("store: {acceptLoss: true}\nproviders: {store: h2}\n");

        assertEquals("{\"acceptLoss\":true}", configuration.section("store").toString());
        assertEquals("{}", configuration.section("memory").toString());
    }

    @Test
    void load_noFile_setsNothing() {
        assertEquals(List.of(), Configuration.load(home, Map.of(), Map.of()).settings());
    }

    @Test
    void load_byteOrderMark_isSkipped() throws IOException {
        assertEquals(Optional.of("h2"), load("\uFEFFproviders:\n  store: h2\n").provider("store"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "unknown key | memory:\\n  sleapAt: 04:00 | arkestra.yaml:2:3: 'memory.sleapAt' is not a known key; allowed here: exportTo, halfLife, idleAfter, importanceFloor, promptRelevance, recallWeights, secondStage, shortCap, sleepAt, sleepBudget, sleepModelCalls, tempCap, tempTtl, turnLimit (did you mean 'sleepAt'?)",
                "unknown section | memry: {} | arkestra.yaml:1:1: 'memry' is not a known key; allowed here: budget, embedding, guard, limits, llm, memory, persona, policy, providers, rerank, store, tools (did you mean 'memory'?)",
                "unlike any key | tools: {x-y/z: 1} | arkestra.yaml:1:9: 'tools.x-y/z' is not a known key; allowed here: discover, network, providers, refineGuides, rerank",
                "text for boolean | guard:\\n  enabled: yes | arkestra.yaml:2:12: 'guard.enabled' is \"yes\"; expected true or false",
                "number for text | llm:\\n  junior: 5 | arkestra.yaml:2:11: 'llm.junior' is 5; expected offline, script:FILE, gguf:PATH, ollama:NAME, openai:NAME or the address of a llama-server, or a list of them",
                "fraction | budget: {tokens: 1.5} | arkestra.yaml:1:18: 'budget.tokens' is 1.5; expected a whole number from 1",
                "too small | budget: {modelCalls: 0} | 'budget.modelCalls' is 0; expected a whole number from 1 to 1000000",
                "number beyond all bounds | budget: {tokens: 99999999999999999999} | 'budget.tokens' is 99999999999999999999; expected a whole number from 1",
                "no such time | memory: {sleepAt: \"24:00\"} | 'memory.sleepAt' is \"24:00\"; expected a time of day from 00:00 to 23:59 such as 04:00",
                "time in base 10 | memory: {sleepAt: 4} | 'memory.sleepAt' is 4; expected a time of day",
                "empty value | memory:\\n  sleepAt: | 'memory.sleepAt' is empty; expected a time of day",
                "no such zone | persona: {zone: Mars/Phobos} | 'persona.zone' is \"Mars/Phobos\"; expected a time zone such as Europe/Moscow or UTC+3",
                "no such language | persona: {language: de} | 'persona.language' is \"de\"; expected one of auto, en, ru",
                "duration of zero | budget: {wall: PT0S} | 'budget.wall' is \"PT0S\"; expected an ISO 8601 duration above zero such as PT60S",
                "text for list | policy: {allow: note.create} | 'policy.allow' is \"note.create\"; expected a list of tool names",
                "bad item | policy: {allow: [note.create, \"No!\"]} | arkestra.yaml:1:31: 'policy.allow[1]' is \"No!\"; expected a tool name such as note.create",
                "text for section | memory: on | arkestra.yaml:1:9: 'memory' is \"on\"; expected keys with values: sleepAt",
                "list as file | - a | arkestra.yaml:1:1: the whole file is a list; expected keys with values: llm,",
                "text as file | hello | the whole file is \"hello\"; expected keys with values",
                "duplicate key | memory:\\n  sleepAt: 04:00\\n  sleepAt: 05:00 | arkestra.yaml:3:3: 'sleepAt' is given twice; the first is in line 2",
                "duplicate section | memory: {}\\nmemory: {} | arkestra.yaml:2:1: 'memory' is given twice; the first is in line 1",
                "tab | memory:\\n\\tsleepAt: 04:00 | arkestra.yaml:2:1: not valid YAML: found character '\\t(TAB)'",
                "no end | llm: {junior: offline | arkestra.yaml:1:22: not valid YAML",
                "two documents | memory: {}\\n---\\nmemory: {} | arkestra.yaml:2:1: not valid YAML",
                "tag | memory: !!java.net.URL {} | arkestra.yaml:1:9: the tag tag:yaml.org,2002:java.net.URL is not supported",
                "tagged scalar | llm: {junior: !!binary aGk=} | arkestra.yaml:1:15: the value cannot be used: the tag tag:yaml.org,2002:binary",
                "not a number | budget: {tokens: .nan} | arkestra.yaml:1:18: the value cannot be used",
                "list as key | ? [a]\\n: b | arkestra.yaml:1:3: a key is a list or a mapping",
                "merge key | memory: &m {sleepAt: 04:00}\\ntools:\\n  <<: *m | 'tools.sleepAt' is not a known key",
                "unknown alias | memory: *nowhere | arkestra.yaml:1:9: not valid YAML",
                "alias of itself | memory: &m {sleepAt: *m} | the document has more than",
            })
    void load_badFile_namesPlaceKeyAndWhatIsAllowed(String name, String yaml, String expected) {
        String message = failure(yaml.replace("\\n", "\n").replace("\\t", "\t"));

        assertTrue(message.contains(expected.replace("\\\\t", "\\t")), message);
    }

    @Test
    void load_thousandsOfLevels_isRefusedNamingTheLimit() {
        String message = failure("[".repeat(100_000));

        assertTrue(message.contains("arkestra.yaml: nested too deeply; at most 32 levels"), message);
    }

    @Test
    void load_severalProblems_areAllToldInTheOrderOfTheFile() {
        String message = failure("""
                memory: {sleepAt: later, sleapAt: 1}
                tools: {discover: maybe}
                memory: {}
                llmm: {}
                """);

        List<String> lines = message.lines().map(String::strip).toList();
        assertEquals("The configuration has 5 problems:", lines.get(0));
        assertEquals(
                List.of("1:19", "1:26", "2:19", "3:1", "4:1"),
                lines.stream()
                        .skip(1)
                        .map(line -> line.replaceAll("arkestra.yaml:(\\d+:\\d+): .*", "$1"))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 10})
    void load_aliasBomb_isRefusedAtOnce(int aliasesPerLine) {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(aliasesPerLine)));
        }

        String message = failure(bomb.toString());

        assertTrue(message.contains("aliases") && message.length() < 300, message);
    }

    @Test
    void load_hugeFile_isRefusedWithTheLimit() {
        assertTrue(failure("# " + "x".repeat(1024 * 1024)).contains("larger than 1 MiB"));
    }

    @Test
    void load_binaryFile_isRefused() throws IOException {
        Path file = home.resolve("arkestra.yaml");

        Files.write(file, new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0});
        String notUtf8 = assertThrows(ConfigException.class, () -> Configuration.load(home, Map.of(), Map.of()))
                .getMessage();
        Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0});
        String controls = assertThrows(ConfigException.class, () -> Configuration.load(home, Map.of(), Map.of()))
                .getMessage();

        assertEquals(file + " is not UTF-8 text; save it as UTF-8", notUtf8);
        assertTrue(controls.contains("U+0003"), controls);
    }

    @Test
    void load_otherEncoding_isRefused() throws IOException {
        Files.write(
                home.resolve("arkestra.yaml"), "persona: {assistantName: Боря}".getBytes(StandardCharsets.UTF_16LE));

        assertThrows(ConfigException.class, () -> Configuration.load(home, Map.of(), Map.of()));
    }

    @Test
    void load_directoryInPlaceOfTheFile_isAnError() throws IOException {
        Files.createDirectory(home.resolve("arkestra.yaml"));

        String message = assertThrows(ConfigException.class, () -> Configuration.load(home, Map.of(), Map.of()))
                .getMessage();

        assertTrue(message.contains("cannot be read"), message);
    }

    @Test
    void load_sameKeyInThreePlaces_propertyBeatsVariableBeatsFile() throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), "memory: {sleepAt: 01:00}\nproviders: {store: h2}\n");
        Map<String, String> variables = Map.of("ARKESTRA_MEMORY_SLEEPAT", "02:00", "ARKESTRA_PROVIDERS_STORE", " map ");
        Map<String, String> properties = Map.of("arkestra.memory.sleepAt", "03:00");

        Configuration configuration = Configuration.load(home, properties, variables);

        assertEquals(
                List.of(
                        "memory.sleepAt = 03:00 (system property arkestra.memory.sleepAt)",
                        "providers.store = map (environment variable ARKESTRA_PROVIDERS_STORE)"),
                configuration.settings().stream()
                        .map(Configuration.Setting::toString)
                        .toList());
    }

    @Test
    void load_textsFromOutside_areReadAsTheTypeOfTheKey() {
        Configuration configuration = Configuration.load(
                Map.of("arkestra.guard.enabled", "FALSE", "arkestra.limits.messageBytes", "4096"),
                Map.of("ARKESTRA_POLICY_ALLOW", "a.b, c.d,", "ARKESTRA_LLM_SENIOR", ""));

        assertEquals(Optional.of(false), configuration.guardEnabled());
        assertEquals(OptionalInt.of(4096), configuration.messageBytes());
        assertEquals(Set.of("a.b", "c.d"), configuration.allowedTools());
        assertEquals(List.of(), configuration.senior());
    }

    @Test
    void load_wrongTextsFromOutside_areToldWithTheFileTogether() throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), "tools: {discover: 1}\n");

        String message = assertThrows(
                        ConfigException.class,
                        () -> Configuration.load(
                                home,
                                Map.of("arkestra.memory.sleapAt", "1", "arkestra.guard.enabled", "no"),
                                Map.of("ARKESTRA_BUDGET_TOKENS", "many", "ARKESTRA_POLICY_ALOW", "x")))
                .getMessage();

        assertTrue(message.contains("5 problems"), message);
        assertTrue(
                message.contains("environment variable ARKESTRA_BUDGET_TOKENS: 'budget.tokens' is \"many\"; expected"),
                message);
        assertTrue(
                message.contains("environment variable ARKESTRA_POLICY_ALOW: 'policy.alow' is not a known key"),
                message);
        assertTrue(message.contains("system property arkestra.memory.sleapAt: 'memory.sleapAt' is not"), message);
        assertTrue(message.contains("system property arkestra.guard.enabled: 'guard.enabled' is \"no\""), message);
        assertTrue(message.contains("arkestra.yaml:1:19: 'tools.discover' is 1"), message);
    }

    @Test
    void load_namesOfOthers_areLeftAlone() {
        Configuration configuration = Configuration.load(
                Map.of("arkestra.home", "x", "user.home", "y", "arkestra.", "z"),
                Map.of("ARKESTRA_HOME", "x", "ARKESTRA_", "y", "PATH", "z"));

        assertEquals(List.of(), configuration.settings());
    }
}
