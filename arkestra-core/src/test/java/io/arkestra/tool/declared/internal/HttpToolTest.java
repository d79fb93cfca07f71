package io.arkestra.tool.declared.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.arkestra.common.Json;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Declared calls over HTTP, against a real server on loopback. */
@Timeout(60)
class HttpToolTest {
    private static final String ARGUMENTS =
            "\"arguments\":{\"type\":\"object\",\"required\":[\"p\"],\"properties\":{\"p\":{}}}";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", exchange -> {
            seen.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().toASCIIString() + " "
                            + exchange.getRequestHeaders().getFirst("X-key") + " "
                            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String path = exchange.getRequestURI().getPath();
            byte[] body = "{\"now\":{\"temperature\":21.5},\"city\":\"Berlin\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (path.startsWith("/away")) {
                exchange.getResponseHeaders().add("Location", base + "/now");
                exchange.sendResponseHeaders(302, -1);
            } else if (path.startsWith("/slow")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(body, 0, 5);
                exchange.getResponseBody().flush();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else if (path.startsWith("/big")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(new byte[100_000]);
            } else {
                exchange.sendResponseHeaders(path.startsWith("/missing") ? 404 : 200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private static Lent lent() {
        return new Lent(Set.of("127.0.0.1"), Set.of("KEY"), name -> Optional.of("s3cret"));
    }

    private HttpTool tool(String url, String more) {
        return new HttpTool(
                Definition.parse("{\"kind\":\"http\",\"name\":\"a.b\",\"description\":\"x\",\"url\":\"" + base + url
                        + "\"," + ARGUMENTS + more + "}"),
                1,
                lent(),
                new DirectHttpCaller());
    }

    private static ToolResult run(HttpTool tool, Json argument) {
        ToolCall call = ToolCall.of("1", "a.b", Json.object().put("p", argument).build());
        TestToolContext context = TestToolContext.builder().build();
        return tool.call(call, tool.prepare(call, context), context);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/b?c=d&e#f | /now/a%2Fb%3Fc%3Dd%26e%23f",
                "Köln Ost | /now/K%C3%B6ln%20Ost",
                "..%2f.. | /now/..%252f..",
                "{q} | /now/%7Bq%7D",
                "a\\r\\nX-key: b | /now/a%5Cr%5CnX-key%3A%20b"
            })
    void place_inThePath_isEncodedWhole(String argument, String path) {
        run(tool("/now/{p}", ""), Json.of(argument));
        assertEquals("GET " + path + " null ", seen.get(0));
    }

    @Test
    void place_inTheQuery_cannotAddAnother() {
        run(tool("/now?city={p}&units=metric", ""), Json.of("Rome&units=imperial"));
        assertEquals("GET /now?city=Rome%26units%3Dimperial&units=metric null ", seen.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "."})
    void place_thatWouldClimb_isRefusedBeforeAnythingIsSent(String argument) {
        ToolException refused = assertThrows(ToolException.class, () -> run(tool("/now/{p}/x", ""), Json.of(argument)));
        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refused.reason());
        assertEquals(List.of(), seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/now/{p}", "/now/{p}/x", "/{p}"})
    void place_leftEmpty_doesNotMeanWhatIsAbove(String path) {
        ToolException refused = assertThrows(ToolException.class, () -> run(tool(path, ""), Json.of("")));
        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refused.reason());
        assertEquals(List.of(), seen);
    }

    @Test
    void answer_isSelectedAndTainted() {
        ToolResult result = run(tool("/now", ",\"response\":{\"pointer\":\"/now/temperature\"}"), Json.of("x"));
        assertEquals("21.5", result.text());
        assertEquals("[web:127.0.0.1]", result.taints().toString());
        ToolException nothing = assertThrows(
                ToolException.class, () -> run(tool("/now", ",\"response\":{\"pointer\":\"/then\"}"), Json.of("x")));
        assertTrue(String.valueOf(nothing.getMessage()).contains("/then"), nothing.getMessage());
    }

    @Test
    void post_previewsItsBodyAndNeverItsSecrets() {
        HttpTool tool = tool(
                "/send",
                ",\"method\":\"POST\",\"headers\":{\"X-key\":\"Bearer env://KEY\"},\"body\":{\"to\":\"{p}\",\"n\":[\"say {p}\"]}");
        ToolCall call = ToolCall.of("1", "a.b", Json.parse("{\"p\":7}"));
        TestToolContext context = TestToolContext.builder().build();
        Prepared prepared = tool.prepare(call, context);
        assertTrue(
                prepared.preview().contains("\"to\": 7") && prepared.preview().contains("X-key"), prepared.preview());
        assertFalse((prepared.preview() + prepared.effects() + prepared.undo()).contains("s3cret"));
        assertEquals(List.of(), seen, "preparing sends nothing");
        tool.call(call, prepared, context);
        assertEquals("POST /send Bearer s3cret {\"to\":7,\"n\":[\"say 7\"]}", seen.get(0));
        assertTrue(tool.targets(call, context).stream().allMatch(Target::changes));
        assertEquals(Set.of("net.send"), tool.spec().capabilities());
    }

    @Test
    void redirect_isNotFollowed() {
        ToolException refused = assertThrows(ToolException.class, () -> run(tool("/away", ""), Json.of("x")));
        assertTrue(String.valueOf(refused.getMessage()).contains("302"), refused.getMessage());
        assertEquals(1, seen.size());
    }

    @Test
    void slowBody_endsAtTheDeadline() {
        ToolException late =
                assertThrows(ToolException.class, () -> run(tool("/slow", ",\"timeout_seconds\":1"), Json.of("x")));
        assertEquals(ToolException.Reason.TIMEOUT, late.reason());
    }

    @Test
    void bigBody_isCut() {
        ToolResult result = run(tool("/big", ",\"response\":{\"max_bytes\":1000}"), Json.of("x"));
        assertTrue(result.data().bool("cut").orElseThrow());
        assertEquals(1_000, result.data().text("body").length());
    }

    @Test
    void errorStatus_isAnErrorWithoutWordsOfTheServer() {
        ToolException missing = assertThrows(ToolException.class, () -> run(tool("/missing", ""), Json.of("x")));
        assertTrue(String.valueOf(missing.getMessage()).contains("404"), missing.getMessage());
        assertFalse(String.valueOf(missing.getMessage()).contains("Berlin"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "[::1]",
                "0.0.0.0",
                "2130706433",
                "10.0.0.5",
                "169.254.169.254",
                "192.168.1.1",
                "100.64.0.1",
                "[fe80::1]",
                "[fc00::1]",
                "[::ffff:10.0.0.1]",
                "[64:ff9b::a00:1]",
                "[2002:a00:1::]",
                "224.0.0.1"
            })
    void privateAddress_thatNobodyOpened_isRefused(String host) {
        HttpTool tool = new HttpTool(
                Definition.parse("{\"kind\":\"http\",\"name\":\"a.b\",\"description\":\"x\",\"url\":\"https://" + host
                        + "/\"," + ARGUMENTS + "}"),
                1,
                new Lent(Set.of(), Set.of(), name -> Optional.empty()),
                new DirectHttpCaller());
        ToolException refused = assertThrows(ToolException.class, () -> run(tool, Json.of("x")));
        assertEquals(ToolException.Reason.NOT_SUPPORTED, refused.reason());
    }

    @Test
    void header_whoseSecretCannotBeSent_isNotQuoted() {
        HttpTool tool = new HttpTool(
                Definition.parse("{\"kind\":\"http\",\"name\":\"a.b\",\"description\":\"x\",\"url\":\"" + base
                        + "/now/{p}\"," + ARGUMENTS + ",\"headers\":{\"X-key\":\"Bearer env://KEY\"}}"),
                1,
                new Lent(Set.of("127.0.0.1"), Set.of("KEY"), name -> Optional.of("s3cret\n")),
                new DirectHttpCaller());
        RuntimeException failed = assertThrows(RuntimeException.class, () -> run(tool, Json.of("a")));
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("s3cret"), cause.toString());
        }
        assertEquals(ToolException.class, failed.getClass());
    }
}
