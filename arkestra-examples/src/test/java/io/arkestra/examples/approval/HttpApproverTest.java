package io.arkestra.examples.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Approvers;
import io.arkestra.Arkestra;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpApproverTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path home;

    private final HttpClient client = HttpClient.newHttpClient();

    private Arkestra engine() {
        return Arkestra.builder()
                .home(home)
                .policy(p -> p.approver(Approvers.parking())
                        .add((action, scope) -> action.name().equals("note.create")
                                ? Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()))
                .build();
    }

    private HttpResponse<String> send(HttpApprover approver, String path, String token, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + approver.port() + path))
                .header("Authorization", "Bearer " + token);
        return client.send(
                body.isEmpty()
                        ? request.GET().build()
                        : request.POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void post_approveAfterARestart_makesTheCall() throws Exception {
        try (Arkestra engine = engine()) {
            Reply reply = engine.session(ALICE).ask("note: the spare key is under the pot");
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, reply.outcome());
        }
        try (Arkestra engine = engine();
                HttpApprover approver = HttpApprover.start(engine, ALICE, 0)) {
            HttpResponse<String> listed = send(approver, "/approvals", approver.token(), "");
            assertEquals(200, listed.statusCode());
            List<Json> waiting = Json.parse(listed.body()).list("approvals");
            assertEquals("note.create", waiting.get(0).text("tool"));
            assertEquals(List.of(Json.of("test.ask")), waiting.get(0).list("rules"));
            for (String key :
                    List.of("taints", "obligations", "riskParts", "always", "sandbox", "effects", "preview")) {
                assertTrue(waiting.get(0).has(key), key + " is missing: a person has to know it");
            }
            String id = waiting.get(0).text("id");
            HttpResponse<String> forged = send(
                    approver,
                    "/approvals/" + id,
                    approver.token(),
                    "{\"answer\":\"approve\",\"digest\":\"" + "0".repeat(64) + "\"}");
            assertEquals(409, forged.statusCode(), forged.body());
            HttpResponse<String> taken = send(
                    approver,
                    "/approvals/" + id,
                    approver.token(),
                    "{\"answer\":\"approve\",\"digest\":\"" + waiting.get(0).text("digest") + "\"}");
            assertEquals(200, taken.statusCode(), taken.body());
            Outcome outcome = engine.afterApproval(ALICE, id)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertEquals("ok", outcome.reply().toolUses().get(0).status());
            assertEquals(
                    "approval/" + id,
                    engine.deliveries().pending(Scope.of(ALICE)).get(0).id());
            HttpResponse<String> twice = send(
                    approver,
                    "/approvals/" + id,
                    approver.token(),
                    "{\"answer\":\"approve\",\"digest\":\"" + waiting.get(0).text("digest") + "\"}");
            assertEquals(409, twice.statusCode(), twice.body());
        }
    }

    @Test
    void request_withoutTheTokenOrWithNonsense_changesNothing() throws Exception {
        try (Arkestra engine = engine();
                HttpApprover approver = HttpApprover.start(engine, ALICE, 0)) {
            engine.session(ALICE).ask("note: the spare key is under the pot");
            String id = engine.approvals().pending(ALICE).get(0).id();
            assertEquals(401, send(approver, "/approvals", "wrong", "").statusCode());
            assertEquals(
                    401,
                    send(approver, "/approvals/" + id, "", "{\"answer\":\"deny\"}")
                            .statusCode());
            for (String body : List.of("{", "{\"answer\":\"yes\"}", "{\"answer\":\"approve\"}", "[]")) {
                int status = send(approver, "/approvals/" + id, approver.token(), body)
                        .statusCode();
                assertTrue(status >= 400 && status < 500, body + " gave " + status);
            }
            assertEquals(1, engine.approvals().pending(ALICE).size());
        }
    }
}
