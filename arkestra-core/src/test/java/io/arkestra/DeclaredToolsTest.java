package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools that come and go while the engine runs. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class DeclaredToolsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String GREET = """
            kind: command
            name: greet.say
            description: Greets somebody by name.
            argv: [/bin/echo, "hello {who}"]
            cwd: /
            arguments: {type: object, required: [who], properties: {who: {type: string}}}
            """;
    private static final String KEEP = """
            kind: chain
            name: note.keep
            description: Keeps a note for ever.
            arguments: {type: object, required: [text], properties: {text: {type: string}}}
            steps:
              - {tool: note.create, arguments: {text: "${args.text}"}}
              - {tool: memory.pin, arguments: {id: "${1.data.id}"}}
            """;

    @TempDir
    Path home;

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    /** Calls one tool with one set of arguments whatever is said. */
    private static RecordingLlm calling(String name, String arguments) {
        return RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            return last.role() == LlmMessage.Role.TOOL
                    ? "{\"text\":\"Done\"}"
                    : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}]}";
        });
    }

    private Arkestra open(RecordingLlm senior, String... allowed) {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(senior))
                .policy(policy -> List.of(allowed).forEach(policy::allow))
                .build();
    }

    private static String status(Arkestra engine) {
        return engine.session(ALICE).ask("please do it").toolUses().get(0).status();
    }

    private static String told(RecordingLlm senior) {
        return senior.requests()
                .get(senior.requests().size() - 1)
                .lastMessage()
                .orElseThrow()
                .text();
    }

    private static List<String> offered(RecordingLlm senior) {
        return RecordingLlm.offeredTools(senior.requests().get(senior.requests().size() - 1));
    }

    private static List<String> notes(Arkestra engine) {
        return engine.memory().list(Scope.of(ALICE), MemoryKind.NOTE, 10).stream()
                .map(MemoryRecord::text)
                .toList();
    }

    @Test
    void tool_addedEditedDisabledAndRemoved_isThereForTheNextTurnExactlyAsLongAsItIsEnabled() {
        RecordingLlm senior = calling("greet.say", "{\"who\":\"Ann; rm -rf $HOME\"}");
        String digest;
        try (Arkestra engine = open(senior, "greet.say")) {
            assertEquals("tool.unknown", status(engine));
            DeclaredTool added = engine.tools().declared().add(GREET);
            assertEquals(1, added.version());
            assertFalse(added.pinned());
            assertEquals("denied", status(engine));
            assertTrue(told(senior).contains("nobody vouches"), told(senior));
            engine.tools().declared().pin("greet.say", added.digest());
            assertEquals("ok", status(engine), () -> told(senior));
            assertTrue(told(senior).contains("hello Ann; rm -rf $HOME"), told(senior));
            assertTrue(engine.tools().find("greet.say").isPresent());
            engine.session(ALICE).ask("greet Ann by her name");
            assertTrue(offered(senior).contains("greet.say"), offered(senior).toString());

            engine.tools().declared().disable("greet.say");
            assertEquals("tool.unknown", status(engine));
            assertFalse(engine.tools().declared().list().get(0).enabled());
            engine.session(ALICE).ask("greet Bob by his name");
            assertFalse(offered(senior).contains("greet.say"), offered(senior).toString());
            engine.tools().declared().enable("greet.say");
            DeclaredTool edited = engine.tools().declared().edit(GREET.replace("hello", "good day"));
            assertEquals(2, edited.version());
            assertEquals("denied", status(engine), "what was agreed to is another definition");
            digest = edited.digest();
            assertTrue(engine.tools().declared().pin("greet.say", digest).pinned());
            assertEquals("ok", status(engine), () -> told(senior));
            assertTrue(told(senior).contains("good day Ann"), told(senior));
        }
        try (Arkestra engine = open(senior, "greet.say")) {
            DeclaredTool kept = engine.tools().declared().list().get(0);
            assertEquals(2, kept.version());
            assertTrue(kept.pinned() && kept.enabled());
            assertEquals("ok", status(engine));
            engine.tools().declared().remove("greet.say");
            assertEquals("tool.unknown", status(engine));
            assertEquals(List.of(), engine.tools().declared().list());
            assertEquals(2, engine.tools().declared().history("greet.say").size());
            assertEquals(3, engine.tools().declared().add(GREET).version());
        }
    }

    @Test
    void tool_withoutARule_isDenied() {
        try (Arkestra engine = open(calling("greet.say", "{\"who\":\"Ann\"}"))) {
            engine.tools().declared().add(GREET);
            assertEquals("denied", status(engine));
        }
    }

    @Test
    void chain_runsEachCallAndIsUndoneWhole() {
        RecordingLlm senior = calling("note.keep", "{\"text\":\"the gate code is 4711\"}");
        try (Arkestra engine = open(senior, "note.keep")) {
            engine.tools().declared().add(KEEP);
            assertEquals("ok", status(engine), told(senior));
            MemoryRecord note =
                    engine.memory().list(Scope.of(ALICE), MemoryKind.NOTE, 1).get(0);
            assertTrue(note.pinned());
            String call = engine.tools().calls(Scope.of(ALICE), 10).stream()
                    .filter(record -> record.tool().equals("note.keep"))
                    .findFirst()
                    .orElseThrow()
                    .id();
            UndoReport report = engine.tools().undo(Scope.of(ALICE), call);
            assertTrue(report.undone(), report.message());
            assertEquals(List.of(), notes(engine));
        }
    }

    @Test
    void chain_whoseLaterCallFails_takesTheEarlierBack() {
        RecordingLlm senior = calling("note.keep", "{\"text\":\"the gate code is 4711\"}");
        try (Arkestra engine = open(senior, "note.keep")) {
            engine.tools().declared().add(KEEP.replace("${1.data.id}", "none-${1.data.id}"));
            assertEquals("tool.failed", status(engine));
            assertTrue(told(senior).contains("Step 2 (memory.pin) failed"), told(senior));
            assertEquals(List.of(), notes(engine));
        }
    }

    @Test
    void chain_withACallThatMayNotBeMade_doesNotGoRoundThePolicy() {
        RecordingLlm senior = calling("note.greet", "{\"who\":\"Ann\"}");
        try (Arkestra engine = open(senior, "note.greet")) {
            engine.tools().declared().add(GREET);
            DeclaredTool chain = engine.tools().declared().add("""
                    kind: chain
                    name: note.greet
                    description: Notes whom it greeted.
                    arguments: {type: object, required: [who], properties: {who: {type: string}}}
                    steps:
                      - {tool: note.create, arguments: {text: "greeted ${args.who}"}}
                      - {tool: greet.say, arguments: {who: "${args.who}"}}
                    """);
            engine.tools().declared().pin("note.greet", chain.digest());
            assertEquals("tool.failed", status(engine));
            assertTrue(told(senior).contains("denied"), told(senior));
            assertEquals(List.of(), notes(engine));
        }
    }

    @Test
    void chain_thatWouldCallItself_isRefusedAndNothingChanges() {
        try (Arkestra engine = open(calling("x", "{}"))) {
            DeclaredTools declared = engine.tools().declared();
            String one = "{kind: chain, name: c.one, description: One., steps: [{tool: note.list}]}";
            declared.add(one);
            declared.add("{kind: chain, name: c.two, description: Two., steps: [{tool: c.one}]}");
            ConfigException refused =
                    assertThrows(ConfigException.class, () -> declared.edit(one.replace("note.list", "c.two")));
            assertTrue(String.valueOf(refused.getMessage()).contains("c.one → c.two → c.one"), refused.getMessage());
            assertThrows(ConfigException.class, () -> declared.edit(one.replace("note.list", "c.one")));
            assertEquals(1, declared.history("c.one").size());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kind: robot | http, command or chain",
                "nothing | kind",
                "{kind: http, name: Bad Name, description: x, url: 'https://a.example'} | 'name'",
                "{kind: http, name: a.b, url: 'https://a.example'} | description",
                "{kind: http, name: a.b, description: x, url: 'https://a.example', retries: 3} | 'retries' is not a known key",
                "{kind: http, name: a.b, description: x, url: 'http://a.example'} | https://",
                "{kind: http, name: a.b, description: x, url: 'http://localhost:1/x'} | reach",
                "{kind: http, name: a.b, description: x, url: 'https://{host}/x'} | never in the host",
                "{kind: http, name: a.b, description: x, url: 'https://a.example/x?{k}=1'} | in the query",
                "{kind: http, name: a.b, description: x, url: 'https://u:p@a.example/'} | user",
                "{kind: http, name: a.b, description: x, url: 'https://a.example/{x}'} | no required argument",
                "{kind: http, name: a.b, description: x, url: 'https://a.example/', headers: {Host: b}} | header 'Host'",
                "{kind: http, name: a.b, description: x, url: 'https://a.example/', headers: {K: 'env://HOME'}} | not lent",
                "{kind: http, name: a.b, description: x, url: 'https://a.example/', body: {a: 1}} | no body",
                "{kind: command, name: a.b, description: x, argv: [ls], cwd: relative} | absolute",
                "{kind: command, name: a.b, description: x, argv: ['{p}'], cwd: /} | named in full",
                "{kind: command, name: a.b, description: x, argv: [], cwd: /} | 'argv'",
                "{kind: command, name: a.b, description: x, argv: [ls], cwd: /, env: [AWS_SECRET]} | not lent",
                "{kind: chain, name: a.b, description: x, steps: [{tool: none.such}]} | no tool 'none.such'",
                "{kind: chain, name: a.b, description: x, steps: [{tool: note.list, arguments: {limit: '${1.data.n}'}}]} | no step before",
                "{kind: chain, name: note.list, description: x, steps: [{tool: reminder.list}]} | already",
                "{kind: command, name: a.b, description: x, argv: [ls], cwd: /, arguments: {type: object, properties: {p: {type: strange}}}} | a.b",
            })
    void add_badDefinition_saysWhatIsWrongAndChangesNothing(String definition, String words) {
        try (Arkestra engine = Arkestra.builder().build()) {
            int before = engine.tools().all().size();
            ConfigException refused = assertThrows(
                    ConfigException.class, () -> engine.tools().declared().add(definition));
            assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
            assertEquals(List.of(), engine.tools().declared().list());
            assertEquals(before, engine.tools().all().size());
        }
    }
}
