package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Health;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules in a whole engine: files, users, sessions, projects, rates. */
@Timeout(120)
class PermissionsTest extends PermissionsFixture {
    @Test
    void policyYaml_inTheHome_opensExactlyWhatItSays() {
        rules(WORK);
        try (Arkestra engine = open()) {
            assertEquals(
                    List.of(new ToolUse("disk.write", "ok")),
                    engine.session(ALICE).ask("write it").toolUses());
            assertEquals(Effect.ALLOW, effect(engine, "/work/a/b"));
            assertEquals(Effect.DENY, effect(engine, "/work-evil/a"));
            assertEquals(Effect.DENY, effect(engine, "/work/../etc/passwd"));
            assertTrue(engine.describe().contains("host: 1 of " + home.resolve("policy.yaml")), engine.describe());
        }
    }

    /** Whatever file of the host the rule stands in, and whatever the others say. */
    @ParameterizedTest
    @ValueSource(strings = {"home", "loaded"})
    void toolOfARuleAboutPaths_isOffered(String place) throws IOException {
        Path loaded = Files.writeString(directory.resolve("rules.yaml"), file(place.equals("loaded") ? WORK : OTHER));
        rules(place.equals("home") ? WORK : OTHER);
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Hello.\"}");
        try (Arkestra engine = builder(senior).policy(p -> p.load(loaded)).build()) {
            engine.session(ALICE).ask("write it");

            assertTrue(RecordingLlm.offeredTools(senior.requests().get(0)).contains("disk.write"));
            assertEquals(Effect.DENY, effect(engine, "/etc/a"));
        }
    }

    @Test
    void policyYaml_thatIsWrong_keepsTheEngineFromOpening() {
        write("version: 1\nrules:\n  - { id: r, match: { tol: a }, effect: deny }\n");
        ConfigException e = assertThrows(ConfigException.class, this::open);
        assertTrue(
                String.valueOf(e.getMessage()).contains("policy.yaml:3:23: 'tol' is not a known key"), e.getMessage());
    }

    @Test
    void files_namedButNotThere_keepTheEngineFromOpening() {
        Path missing = home.resolve("none.yaml");
        for (java.util.function.Consumer<PolicyConfig> choice :
                List.<java.util.function.Consumer<PolicyConfig>>of(p -> p.load(missing), p -> p.admin(missing))) {
            ConfigException e = assertThrows(
                    ConfigException.class,
                    () -> Arkestra.builder().policy(choice).build());
            assertTrue(String.valueOf(e.getMessage()).contains(missing.toString()), e.getMessage());
        }
        assertThrows(
                ConfigException.class,
                () -> Arkestra.builder()
                        .policy(p -> p.project(ProjectId.of("x"), missing))
                        .build());
    }

    @Test
    void change_whileTheEngineRuns_holdsAfterASecond() {
        rules(WORK);
        try (Arkestra engine = open()) {
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            rules("{ id: none, match: { tool: disk.write }, effect: deny }");
            clock.advance(Duration.ofSeconds(2));
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            assertTrue(used(engine, ALICE).contains("denied"));
        }
    }

    @Test
    void badChange_keepsTheOldRules_andIsToldOnce() throws IOException {
        rules(WORK);
        List<Events.RulesChanged> heard = new CopyOnWriteArrayList<>();
        try (Arkestra engine = open()) {
            engine.events().subscribe(Set.of(Topic.POLICY), Delivery.sync(), event -> {
                if (event instanceof Events.RulesChanged changed) {
                    heard.add(changed);
                }
            });
            write("version: 1\nrules:\n  - { id: r, match: { tool: \"*\" }, effect: alow }\n");
            for (int i = 0; i < 5; i++) {
                clock.advance(Duration.ofSeconds(2));
                assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
                assertEquals(Effect.DENY, effect(engine, "/etc/a"));
            }
            assertEquals(1, heard.size(), heard.toString());
            assertFalse(heard.get(0).accepted());
            assertTrue(heard.get(0).problem().contains("policy.yaml:3:"), heard.toString());
            Health health = engine.health();
            assertEquals(Health.Status.YELLOW, health.status());
            assertTrue(health.findings().toString().contains("did you mean 'allow'"), health.toString());
            assertTrue(engine.policy().files().get(0).problem().isPresent());

            Files.delete(home.resolve("policy.yaml"));
            engine.policy().reload();
            assertEquals(Effect.DENY, effect(engine, "/etc/a"));
            assertTrue(
                    engine.health().findings().toString().contains("is gone"),
                    engine.health().toString());

            rules(WORK);
            assertTrue(engine.policy().reload().get(0).problem().isEmpty());
            assertEquals(
                    Health.Status.GREEN,
                    engine.health().status(),
                    engine.health().toString());
        }
    }

    @Test
    void policyYaml_thatComesLater_holds() {
        try (Arkestra engine = open()) {
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            rules(WORK);
            engine.policy().reload();
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void rate_perUserAndWindow_survivesARestart() {
        rules(
                "{ id: work, match: { tool: disk.write }, effect: allow }",
                "{ id: few, match: { tool: disk.write }, when: { rate: { over: 2, per: 1h } }, effect: deny }");
        try (Arkestra engine = open()) {
            assertTrue(used(engine, ALICE).contains("ok"));
            clock.advance(Duration.ofMinutes(10));
            assertTrue(used(engine, ALICE).contains("ok"));
            String third = used(engine, ALICE);
            assertTrue(third.contains("denied"), third);
            assertTrue(used(engine, BOB).contains("ok"), "another user has a rate of their own");
        }
        try (Arkestra engine = open()) {
            assertTrue(used(engine, ALICE).contains("denied"));
            clock.advance(Duration.ofMinutes(51));
            assertTrue(used(engine, ALICE).contains("ok"));
            assertTrue(used(engine, ALICE).contains("denied"), "what was denied does not count, what was made does");
        }
    }

    @Test
    void userRules_onlyTighten_areTheUsersOwnAndSurviveARestart() {
        rules(WORK);
        try (Arkestra engine = open()) {
            engine.policy().allowOnly(ALICE, Set.of("note.*"));
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            assertEquals(
                    Effect.ALLOW,
                    engine.policy()
                            .explain(Scope.of(BOB), "disk.write", path("/work/a"))
                            .decision()
                            .effect());
        }
        try (Arkestra engine = open()) {
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            engine.policy()
                    .userRules(ALICE, "version: 1\nrules:\n  - { id: all, match: { tool: \"*\" }, effect: allow }\n");
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            assertEquals(Effect.DENY, effect(engine, "/etc/a"), "nobody gives themselves more than the host does");
            ConfigException e = assertThrows(
                    ConfigException.class, () -> engine.policy().userRules(ALICE, "version: 1\nrulez: []\n"));
            assertTrue(String.valueOf(e.getMessage()).contains("rules of alice:2:1"), e.getMessage());
            assertTrue(engine.policy().userRules(ALICE).orElseThrow().contains("id: all"), "nothing was changed");
            engine.policy().userRules(ALICE, "");
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            assertTrue(engine.policy().userRules(ALICE).isEmpty());
        }
    }

    @Test
    void sessionRules_holdInTheirSessionOnly() {
        rules(WORK);
        try (Arkestra engine = open()) {
            SessionId session = SessionId.of("s1");
            engine.policy()
                    .sessionRules(
                            ALICE,
                            session,
                            "version: 1\nrules:\n  - { id: ask, match: { tool: \"*\" }, effect: ask }\n");
            Permissions policy = engine.policy();
            assertEquals(
                    Effect.ASK,
                    policy.explain(SCOPE.withSession(session), "disk.write", path("/work/a"))
                            .decision()
                            .effect());
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void userRules_ofAForgottenUser_areGone() {
        rules(WORK);
        try (Arkestra engine = open()) {
            engine.policy().allowOnly(ALICE, Set.of());
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            engine.people().forget(ALICE);
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void project_rulesAndDirectory_tightenAndCount() throws IOException {
        rules("{ id: all, match: { tool: disk.write }, effect: allow }");
        Path project = Files.createDirectory(home.resolve("project")).toRealPath();
        Files.createDirectory(project.resolve(".arkestra"));
        Files.writeString(
                project.resolve(".arkestra/policy.yaml"),
                "version: 1\nrules:\n  - { id: out, match: { path: \"/etc/**\" }, effect: deny }\n");
        ProjectId id = ProjectId.of("p");
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .clock(clock)
                .tools(t -> t.add(new Writer()))
                .policy(p -> p.project(id, project))
                .build()) {
            Scope inside = SCOPE.withProject(id);
            Permissions policy = engine.policy();
            Decision out = policy.explain(inside, "disk.write", path("/etc/a")).decision();
            assertEquals(List.of("project:out"), out.rules());
            assertEquals(15, out.risk().parts().get("outside the project"));
            Decision in =
                    policy.explain(inside, "disk.write", path(project + "/a")).decision();
            assertEquals(Effect.ALLOW, in.effect());
            assertFalse(in.risk().parts().containsKey("outside the project"));
            Files.writeString(project.resolve(".arkestra/policy.yaml"), "rubbish");
            policy.reload();
            assertEquals(
                    Effect.DENY,
                    policy.explain(inside, "disk.write", path("/etc/a"))
                            .decision()
                            .effect());
        }
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .tools(t -> t.add(new Writer()))
                .policy(p -> p.project(id, project))
                .build()) {
            assertEquals(
                    Effect.DENY,
                    engine.policy()
                            .explain(SCOPE.withProject(id), "disk.write", path(project + "/a"))
                            .decision()
                            .effect(),
                    "a project whose rules nobody can read allows nothing");
            assertEquals(Effect.ALLOW, effect(engine, "/etc/a"));
        }
    }
}
