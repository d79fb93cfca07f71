package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done to tools, rules and marks is in the audit: one line each, and none for what was refused. */
@Timeout(120)
class AuditedChangesTest extends PermissionsFixture {
    private static final String GREET = """
            kind: chain
            name: greet.list
            description: Lists the notes.
            steps: [{tool: note.list}]
            """;
    private static final String OWN =
            "version: 1\nrules:\n  - { id: mine, match: { tool: \"secret.*\" }, effect: deny }\n";

    private static AuditQuery of(String kind) {
        return AuditQuery.latest(100).ofKinds(kind);
    }

    /** The oldest first. */
    private static List<String> words(List<AuditEntry> entries) {
        List<String> words = new ArrayList<>();
        entries.forEach(entry -> words.add(entry.subject() + " " + entry.outcome()));
        Collections.reverse(words);
        return words;
    }

    private static AuditEntry newest(List<AuditEntry> entries) {
        return entries.get(0);
    }

    /** The newest line about tools, of so many. */
    private static void assertTool(Arkestra engine, int lines, String outcome, long version, String digest) {
        List<AuditEntry> entries = engine.audit().system(of("tool"));
        assertEquals(lines, entries.size(), words(entries).toString());
        AuditEntry entry = newest(entries);
        assertEquals("greet.list", entry.subject());
        assertEquals(outcome, entry.outcome());
        assertEquals(AuditEntry.SYSTEM, entry.person());
        assertEquals(version, entry.detail().integer("version").orElseThrow());
        assertEquals(digest, entry.detail().text("digest"));
    }

    @Test
    void declaredTool_eachChange_isOneLineWithVersionAndDigest() {
        try (Arkestra engine = open()) {
            DeclaredTools declared = engine.tools().declared();
            assertEquals(List.of(), engine.audit().system(of("tool")));
            String first = declared.add(GREET).digest();
            assertTool(engine, 1, "added", 1, first);
            String second =
                    declared.edit(GREET.replace("Lists the", "Tells all")).digest();
            assertNotEquals(first, second);
            assertTool(engine, 2, "edited", 2, second);
            declared.pin("greet.list", second);
            assertTool(engine, 3, "pinned", 2, second);
            declared.disable("greet.list");
            assertTool(engine, 4, "disabled", 2, second);
            declared.enable("greet.list");
            assertTool(engine, 5, "enabled", 2, second);
            declared.remove("greet.list");
            assertTool(engine, 6, "removed", 2, second);
            declared.add(GREET);
            assertTool(engine, 7, "added", 3, first);
            assertTrue(engine.audit().verify().intact());
        }
        try (Arkestra engine = open()) {
            assertEquals(
                    List.of("added", "edited", "pinned", "disabled", "enabled", "removed", "added"),
                    words(engine.audit().system(of("tool"))).stream()
                            .map(line -> line.substring("greet.list ".length()))
                            .toList(),
                    "there after reopening, and opening is no change");
        }
    }

    @Test
    void declaredTool_changeThatIsRefused_isNoLine() {
        try (Arkestra engine = open()) {
            DeclaredTools declared = engine.tools().declared();
            declared.add(GREET);
            assertThrows(ConfigException.class, () -> declared.add(GREET));
            assertThrows(ConfigException.class, () -> declared.edit(GREET.replace("note.list", "none.such")));
            assertThrows(ConfigException.class, () -> declared.pin("greet.list", "0".repeat(64)));
            for (String none : List.of("none.such", "note.list")) {
                assertThrows(ConfigException.class, () -> declared.disable(none));
                assertThrows(ConfigException.class, () -> declared.enable(none));
                assertThrows(ConfigException.class, () -> declared.remove(none));
            }
            assertEquals(List.of("greet.list added"), words(engine.audit().system(of("tool"))));
        }
    }

    @Test
    void rulesOfUsersAndSessions_eachChange_isALineOfThePersonWithoutItsWords() throws IOException {
        try (Arkestra engine = open()) {
            Permissions policy = engine.policy();
            SessionId session = SessionId.of("s1");
            policy.userRules(ALICE, OWN);
            List<AuditEntry> entries = engine.audit().entries(ALICE, of("rules"));
            assertEquals(List.of("user set"), words(entries));
            assertNotEquals(AuditEntry.SYSTEM, newest(entries).person());
            assertNotEquals("alice", newest(entries).person());
            String digest = newest(entries).detail().text("digest");
            assertNotEquals(Json.of(OWN).digest(), digest, "whoever guesses the rules must not find them by it");
            policy.sessionRules(ALICE, session, OWN);
            entries = engine.audit().entries(ALICE, of("rules"));
            assertEquals(List.of("user set", "session set"), words(entries));
            assertEquals(digest, newest(entries).detail().text("digest"), "the same rules");
            policy.allowOnly(ALICE, Set.of("note.*"));
            policy.userRules(ALICE, "");
            policy.sessionRules(ALICE, session, "");
            List<String> all = List.of("user set", "session set", "user set", "user removed", "session removed");
            assertEquals(all, words(engine.audit().entries(ALICE, of("rules"))));

            for (String bad : List.of("version: 1\nrulez: []\n", "rubbish")) {
                assertThrows(ConfigException.class, () -> policy.userRules(ALICE, bad));
                assertThrows(ConfigException.class, () -> policy.sessionRules(ALICE, session, bad));
            }
            assertEquals(all, words(engine.audit().entries(ALICE, of("rules"))), "what was refused is no change");
            assertEquals(List.of(), engine.audit().entries(BOB, of("rules")));
            assertEquals(List.of(), engine.audit().system(of("rules")));
            assertTrue(engine.audit().verify().intact());
        }
        String lines = Files.readString(home.resolve("audit/audit.jsonl"));
        for (String word : List.of("secret", "mine", "alice")) {
            assertFalse(lines.contains(word), word);
        }
    }

    @Test
    void rulesInAFile_readAnewWhileTheEngineRuns_areALineEach() {
        rules(WORK);
        String file = home.resolve("policy.yaml").toString();
        try (Arkestra engine = open()) {
            rules("{ id: none, match: { tool: disk.write }, effect: deny }");
            clock.advance(Duration.ofSeconds(2));
            effect(engine, "/work/a");
            write("rubbish");
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofSeconds(2));
                effect(engine, "/work/a");
            }
            List<AuditEntry> entries = engine.audit().system(of("rules"));
            assertEquals(List.of(file + " accepted", file + " refused"), words(entries));
            assertEquals("host", newest(entries).detail().text("layer"));
        }
    }

    /** Keeps what it fetched. */
    private record Saver() implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("page.save")
                    .description("Saves a page")
                    .untrusted("web")
                    .build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            byte[] page = "words of a page".getBytes(StandardCharsets.UTF_8);
            context.artifacts().write("page.txt", "text/plain", new ByteArrayInputStream(page));
            return ToolResult.text("saved");
        }
    }

    @Test
    void fileThatAPersonVouchesFor_isALineOfThatPersonWithoutItsName() throws IOException {
        Path page;
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(ToolScripts.onceCalling("page.save", "{}")))
                .tools(t -> t.add(new Saver()))
                .policy(p -> p.allow("page.save"))
                .build()) {
            page = engine.session(ALICE).ask("save it").artifacts().get(0).file();
            assertEquals(List.of(), engine.audit().entries(ALICE, of("vouch")));
            int marks = engine.tools().vouch(SCOPE, page);
            assertTrue(marks > 0);
            AuditEntry done = newest(engine.audit().entries(ALICE, of("vouch")));
            assertEquals(" DONE", done.subject() + " " + done.outcome());
            assertEquals(marks, done.detail().integer("marks").orElseThrow());
            assertFalse(done.detail().text("resource").isEmpty());

            assertEquals(0, engine.tools().vouch(SCOPE, page));
            List<AuditEntry> entries = engine.audit().entries(ALICE, of("vouch"));
            assertEquals(List.of(" ASKED", " DONE", " ASKED", " NOTHING"), words(entries));
            assertEquals(0, newest(entries).detail().integer("marks").orElseThrow());
            assertEquals(
                    done.detail().text("resource"), newest(entries).detail().text("resource"));
            engine.tools().vouch(SCOPE, page.resolveSibling("other.txt"));
            entries = engine.audit().entries(ALICE, of("vouch"));
            assertEquals(6, entries.size());
            assertNotEquals(
                    done.detail().text("resource"), newest(entries).detail().text("resource"));
            assertEquals(List.of(), engine.audit().entries(UserId.of("bob"), of("vouch")));
            assertTrue(engine.audit().verify().intact());
        }
        assertFalse(Files.readString(home.resolve("audit/audit.jsonl")).contains(String.valueOf(page.getFileName())));
    }
}
