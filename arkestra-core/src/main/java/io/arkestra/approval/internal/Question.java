package io.arkestra.approval.internal;

import io.arkestra.common.ChannelId;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.common.VisibleText;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Remember;
import io.arkestra.policy.Risk;
import io.arkestra.policy.internal.GatePolicy;
import io.arkestra.store.Doc;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A question to a person as it is stored, and the answer once there is one. Immutable. */
public record Question(Doc doc) {
    /** How far a question came. */
    public enum State {
        /** Nobody has answered. */
        WAITING,
        /** A person agreed; the call was not made yet, as far as is known. */
        APPROVED,
        /** A person wrote other arguments; the call was not made yet. */
        EDITED,
        /** A person refused; nobody was told yet. */
        DENIED,
        /** Nobody answered in time. */
        EXPIRED,
        /** The turn was cancelled, or the call became another one. */
        CANCELLED,
        /** All that followed from the answer was done. */
        FINISHED
    }

    static Json write(
            ToolRunner.Place place,
            String asked,
            ToolCall call,
            Prepared prepared,
            Decision why,
            String sandbox,
            Set<Taint> taints,
            Optional<Json> bound,
            String definition,
            String digest,
            Instant now,
            Instant expiresAt) {
        Scope scope = place.scope();
        Json.ObjectBuilder risk = Json.object();
        why.risk().parts().forEach((name, points) -> risk.put(name, points));
        Json.ObjectBuilder decision = Json.object()
                .put("effect", why.effect().name())
                .put("rules", Json.strings(why.rules()))
                .put("reasons", Json.strings(why.reasons()))
                .put("obligations", Json.strings(why.obligations()))
                .put("risk", why.risk().score())
                .put("parts", risk.build());
        why.remember()
                .ifPresent(remember -> decision.put(
                        "remember",
                        Json.object()
                                .put("scope", remember.scope().name())
                                .put("max", remember.max().toString())
                                .put("bind", Json.strings(remember.bind()))
                                .build()));
        return Json.object()
                .put("state", State.WAITING.name())
                .put("parked", false)
                .put("session", scope.session().map(SessionId::value).orElse(""))
                .put("channel", scope.channel().value())
                .putIfPresent("project", scope.project().map(ProjectId::value))
                .put("turn", place.turn().value())
                .put("locale", place.locale().toLanguageTag())
                .put("quality", place.quality().name())
                .put("call", call.id())
                .put("asked", asked)
                .put("tool", call.tool())
                .put("arguments", call.arguments())
                .put("effects", Json.strings(prepared.effects()))
                .put("preview", prepared.preview())
                .put("target", prepared.stateDigest())
                .put("why", decision.build())
                .put("sandbox", sandbox)
                .put("taints", Json.strings(taints.stream().map(Taint::toString).toList()))
                .putIfPresent("bound", bound)
                .put("definition", definition)
                .put("digest", digest)
                .put("asked_at", now)
                .put("expires_at", expiresAt)
                .build();
    }

    private Json body() {
        return doc.body();
    }

    public String id() {
        return doc.id();
    }

    public UserId user() {
        return doc.owner().user().orElseThrow();
    }

    public State state() {
        return State.valueOf(body().text("state"));
    }

    /** Whether the turn that asked has ended, so that an answer begins another one. */
    boolean parked() {
        return body().bool("parked").orElse(false);
    }

    String tool() {
        return body().text("tool");
    }

    String digest() {
        return body().text("digest");
    }

    String definition() {
        return body().text("definition");
    }

    public TurnId turn() {
        return TurnId.of(body().text("turn"));
    }

    public SessionId session() {
        return SessionId.of(body().text("session"));
    }

    public Locale locale() {
        return Locale.forLanguageTag(body().text("locale"));
    }

    public OutputQuality quality() {
        return OutputQuality.valueOf(body().text("quality"));
    }

    /** On whose behalf and where. */
    public Scope scope() {
        Scope scope = Scope.of(user(), session()).withChannel(ChannelId.of(body().text("channel")));
        return body().string("project")
                .map(name -> scope.withProject(ProjectId.of(name)))
                .orElse(scope);
    }

    /** The call as the model asked for it. */
    public LlmToolCall asked() {
        return LlmToolCall.of(body().text("asked"), tool(), arguments().toString());
    }

    /** Untrusted sources that had been seen when it was asked for. */
    public Set<Taint> taints() {
        return body().list("taints").stream()
                .map(taint -> Taint.parse(taint.asString()))
                .collect(Collectors.toSet());
    }

    Json arguments() {
        return body().get("arguments").orElse(Json.emptyObject());
    }

    boolean isExpired(Instant now) {
        return !expiresAt().isAfter(now);
    }

    Instant expiresAt() {
        return body().instant("expires_at").orElse(Instant.EPOCH);
    }

    /** What the person wrote in place of the arguments. */
    Optional<Json> edited() {
        return body().get("edited");
    }

    String note() {
        return body().string("note").orElse("");
    }

    /** What has to be the same in calls that are not asked about after an agreement that is remembered; empty when none can be. */
    Optional<Json> bound() {
        return body().get("bound");
    }

    /** How far an agreement may be remembered, as it is shown. */
    Optional<Remember> remember() {
        return bound().isPresent() ? Grants.rememberable(why()) : Optional.empty();
    }

    /** A rule that did not want to know then and does now has not been answered. Gates tell of the conversation, and that was shown. */
    boolean covers(Decision now) {
        List<String> then = why().rules();
        return now.rules().stream().allMatch(rule -> rule.startsWith(GatePolicy.PREFIX) || then.contains(rule));
    }

    Decision why() {
        Json why = body().get("why").orElse(Json.emptyObject());
        Map<String, Integer> parts = new LinkedHashMap<>();
        why.get("parts").ifPresent(all -> all.members().forEach((name, points) -> parts.put(name, points.asInt())));
        List<String> rules = why.list("rules").stream().map(Json::asString).toList();
        List<String> reasons = why.list("reasons").stream().map(Json::asString).toList();
        Decision decision =
                Decision.ask(rules.isEmpty() ? "unknown" : rules.get(0), reasons.isEmpty() ? "" : reasons.get(0));
        for (int i = 1; i < Math.max(rules.size(), reasons.size()); i++) {
            decision = decision.and(Decision.ask(
                    rules.get(Math.min(i, rules.size() - 1)), reasons.get(Math.min(i, reasons.size() - 1))));
        }
        for (Json obligation : why.list("obligations")) {
            decision = decision.withObligation(obligation.asString());
        }
        Optional<Json> remember = why.get("remember");
        if (remember.isPresent()) {
            decision = decision.withRemember(new Remember(
                    Remember.Scope.valueOf(remember.get().text("scope")),
                    Duration.parse(remember.get().text("max")),
                    remember.get().list("bind").stream().map(Json::asString).toList()));
        }
        return decision.withRisk(new Risk(why.integer("risk").orElse(0L).intValue(), parts));
    }

    /** As it is shown: nothing in it can move a cursor or turn the reading order around. */
    ApprovalRequest request() {
        Prepared shown = Prepared.of(body().list("effects").stream()
                        .map(effect -> VisibleText.line(effect.asString()))
                        .toList())
                .withPreview(VisibleText.of(body().text("preview")))
                .withStateDigest(body().text("target"));
        return new ApprovalRequest(
                id(),
                scope(),
                turn(),
                ToolCall.of(body().text("call"), tool(), arguments()),
                shown,
                why(),
                body().text("sandbox"),
                taints(),
                body().instant("asked_at").orElse(doc.createdAt()),
                expiresAt(),
                digest(),
                remember(),
                remember().flatMap(remember -> bound()).orElse(Json.emptyObject()));
    }
}
