package io.arkestra.examples.approval;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arkestra.ApprovalText;
import io.arkestra.Arkestra;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.policy.ApprovalOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Lets a person approve calls over HTTP on this machine. The engine is built with {@code policy(p -> p.approver(Approvers.parking()))}: its
 * turns do not wait, the questions are durable, and so this works after a restart of either side.
 *
 * <pre>
 * GET  /approvals                   what waits
 * POST /approvals/ID                {"answer":"approve","digest":"…"}, with "always":true to remember it
 *                                   where the question says that it can be;
 *                                   {"answer":"deny","note":"…"}; {"answer":"edit","digest":"…","arguments":{…}}
 * </pre>
 *
 * <p>Every request carries {@code Authorization: Bearer TOKEN}. The server listens on the loopback address alone, and takes only requests that
 * name it there: a web page that a browser on this machine shows can neither read the token nor pretend to be of the same origin. Thread-safe.
 */
public final class HttpApprover implements AutoCloseable {
    private static final String PATH = "/approvals";
    private static final int LONGEST = 1 << 20;

    private final Arkestra arkestra;
    private final UserId user;
    private final HttpServer server;
    private final String token;

    private HttpApprover(Arkestra arkestra, UserId user, HttpServer server, String token) {
        this.arkestra = arkestra;
        this.user = user;
        this.server = server;
        this.token = token;
    }

    /**
     * Starts to listen.
     *
     * @param user whose questions are shown and answered
     * @param port 0 for any that is free
     */
    public static HttpApprover start(Arkestra arkestra, UserId user, int port) throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        HttpApprover approver =
                new HttpApprover(arkestra, user, server, HexFormat.of().formatHex(random));
        server.createContext(PATH, approver::handle);
        server.start();
        return approver;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** What a request has to carry; another one with each start. */
    public String token() {
        return token;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange);
            } catch (InvalidInputException e) {
                send(exchange, 409, error(e.code(), String.valueOf(e.getMessage())));
            } catch (ArkestraException e) {
                send(exchange, 500, error(e.code(), String.valueOf(e.getMessage())));
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        boolean known = MessageDigest.isEqual(
                ("Bearer " + token).getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        if (!known || !isAddressedHere(exchange)) {
            send(exchange, 401, error("http.token", "The token is missing or wrong"));
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals(PATH) && method.equals("GET")) {
            send(
                    exchange,
                    200,
                    Json.object()
                            .put(
                                    "approvals",
                                    Json.array(arkestra.approvals().pending(user).stream()
                                            .map(ApprovalText::json)
                                            .toList()))
                            .build());
        } else if (path.startsWith(PATH + "/") && method.equals("POST")) {
            String id = path.substring(PATH.length() + 1);
            byte[] body = exchange.getRequestBody().readNBytes(LONGEST + 1);
            if (body.length > LONGEST) {
                send(exchange, 413, error("http.too-long", "An answer has at most " + LONGEST + " bytes"));
                return;
            }
            arkestra.approvals().answer(user, id, outcome(Json.parse(new String(body, StandardCharsets.UTF_8))));
            send(exchange, 200, Json.object().put("status", "taken").build());
        } else {
            send(exchange, 404, error("http.unknown", "There is " + PATH + " to GET and " + PATH + "/ID to POST"));
        }
    }

    private boolean isAddressedHere(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("");
        return host.equals("127.0.0.1:" + port())
                || host.equals("localhost:" + port())
                || host.equals("[::1]:" + port());
    }

    private static ApprovalOutcome outcome(Json body) {
        if (!body.isObject()) {
            throw new InvalidInputException("The answer is " + body.kind() + "; expected an object");
        }
        String answer = body.string("answer").orElse("");
        return switch (answer) {
            case "approve" ->
                new ApprovalOutcome.Approved(digest(body), body.bool("always").orElse(false));
            case "edit" ->
                new ApprovalOutcome.Edited(
                        digest(body),
                        body.get("arguments").orElseThrow(() -> new InvalidInputException("edit needs all arguments")));
            case "deny" -> ApprovalOutcome.deny(body.string("note").orElse(""));
            default -> throw new InvalidInputException("answer is '" + answer + "'; expected approve, edit or deny");
        };
    }

    private static String digest(Json body) {
        return body.string("digest")
                .orElseThrow(() -> new InvalidInputException("digest is missing: it says what was seen"));
    }

    private static Json error(String code, String message) {
        return Json.object().put("code", code).put("message", message).build();
    }

    private static void send(HttpExchange exchange, int status, Json body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
