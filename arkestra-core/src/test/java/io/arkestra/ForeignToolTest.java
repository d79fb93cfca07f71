package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Platform;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.turn.internal.TurnWishes;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that are made for another project or another platform are not offered, and calls of them by name are not made. */
@Timeout(60)
class ForeignToolTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final SessionId TALK = SessionId.of("talk");
    private static final ProjectId SITE = ProjectId.of("site");
    private static final Scope OUTSIDE = Scope.of(ALICE, TALK);
    private static final Scope INSIDE = OUTSIDE.withProject(SITE);

    /** Has an effect, and counts how often. */
    private record Deploy(ToolSpec spec, AtomicInteger made) implements Tool {
        static Deploy with(UnaryOperator<ToolSpec.Builder> more) {
            ToolSpec.Builder spec = ToolSpec.builder("site.deploy")
                    .description("Puts the site on its server")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible();
            return new Deploy(more.apply(spec).build(), new AtomicInteger());
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.of(List.of("puts the site on its server"));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            made.incrementAndGet();
            return ToolResult.text("It is on its server");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            made.decrementAndGet();
        }
    }

    private static Deploy ofTheSite() {
        return Deploy.with(spec -> spec.project(SITE));
    }

    private static RecordingLlm calling(String tool) {
        return ToolScripts.calling(List.of(tool), List.of("{}"));
    }

    private static Arkestra open(RecordingLlm senior, Deploy tool) {
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow("site.deploy"))
                .build();
    }

    private static Reply ask(Arkestra engine, Scope scope) {
        return ((Engine) engine)
                .start(scope, TALK, "put the site on its server", TurnWishes.NONE, null, text -> {})
                .await()
                .reply();
    }

    private static String status(Reply reply) {
        return reply.toolUses().get(0).status();
    }

    private static boolean offered(RecordingLlm senior) {
        return RecordingLlm.offeredTools(senior.requests().get(0)).contains("site.deploy");
    }

    private static String told(RecordingLlm senior) {
        return senior.requests()
                .get(senior.requests().size() - 1)
                .lastMessage()
                .orElseThrow()
                .text();
    }

    private static AuditEntry audited(Arkestra engine, String kind) {
        return engine.audit().entries(ALICE, AuditQuery.latest(10).ofKinds(kind)).stream()
                .findFirst()
                .orElseThrow();
    }

    private static void denied(Deploy tool, Scope scope, String rule) {
        RecordingLlm senior = calling("site.deploy");
        try (Arkestra engine = open(senior, tool)) {
            assertEquals("denied", status(ask(engine, scope)));
            assertEquals(0, tool.made().get());
            assertFalse(offered(senior));
            assertFalse(told(senior).contains("'site'"), () -> told(senior));
            AuditEntry decision = audited(engine, "decision");
            assertEquals("site.deploy", decision.subject());
            assertEquals("DENY", decision.outcome());
            assertEquals(List.of(rule), decision.rules());
            assertEquals("denied", audited(engine, "call").outcome());
            Decision explained = engine.policy()
                    .explain(scope, "site.deploy", Json.emptyObject())
                    .decision();
            assertEquals(List.of(rule), explained.rules());
        }
    }

    @Test
    void call_ofAToolOfAProjectOutsideOfAny_isDeniedAndAudited() {
        denied(ofTheSite(), OUTSIDE, "tools.project");
    }

    @Test
    void call_ofAToolOfAnotherProject_isDeniedAndAudited() {
        denied(ofTheSite(), OUTSIDE.withProject(ProjectId.of("shop")), "tools.project");
    }

    @Test
    void call_ofAToolOfOtherPlatforms_isDeniedAndAudited() {
        Platform[] others = EnumSet.complementOf(EnumSet.of(Platform.current())).toArray(Platform[]::new);
        denied(Deploy.with(spec -> spec.platforms(others)), OUTSIDE, "tools.platform");
    }

    @Test
    void call_withArgumentsThatAreWrong_isDeniedWithoutAWordOfTheSchema() {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"machine\":{\"type\":\"string\"}},\"required\":[\"machine\"]}";
        Deploy tool = Deploy.with(spec -> spec.project(SITE).arguments(schema));
        RecordingLlm outside = calling("site.deploy");
        try (Arkestra engine = open(outside, tool)) {
            assertEquals("denied", status(ask(engine, OUTSIDE)));
            assertFalse(told(outside).contains("machine"), () -> told(outside));
            assertEquals(List.of("tools.project"), audited(engine, "decision").rules());
            assertEquals("denied", audited(engine, "call").outcome());
        }
        RecordingLlm inside = calling("site.deploy");
        try (Arkestra engine = open(inside, tool)) {
            assertEquals("tool.invalid-arguments", status(ask(engine, INSIDE)));
            assertTrue(told(inside).contains("machine"), () -> told(inside));
        }
    }

    @Test
    void call_inItsProjectAndOnItsPlatform_isMadeAndIsTheSameInASimulationAndCanBeUndone() {
        Deploy tool = Deploy.with(spec -> spec.project(SITE).platforms(Platform.current()));
        RecordingLlm senior = calling("site.deploy");
        try (Arkestra engine = open(senior, tool)) {
            Reply reply = ask(engine, INSIDE);

            assertEquals("ok", status(reply), () -> told(senior));
            assertEquals(1, tool.made().get());
            assertTrue(offered(senior));
            assertEquals(
                    Map.of("ALLOW>ALLOW", 1L),
                    engine.policy().simulate(engine.policy().recorded(ALICE)).counts());
            String call = reply.toolUses().get(0).callId();
            assertEquals(
                    UndoReport.Kind.UNDONE,
                    engine.tools().undo(Scope.of(ALICE), call).kind());
            assertEquals(0, tool.made().get());
        }
    }

    @Test
    void call_ofAnUnknownName_isAnsweredWithNamesOfToolsOfTheScopeAlone() {
        for (Scope scope : List.of(OUTSIDE, INSIDE)) {
            RecordingLlm senior = calling("site.deplay");
            try (Arkestra engine = open(senior, ofTheSite())) {
                assertEquals("tool.unknown", status(ask(engine, scope)));
                assertEquals(scope.equals(INSIDE), told(senior).contains("site.deploy"), () -> told(senior));
            }
        }
    }
}
