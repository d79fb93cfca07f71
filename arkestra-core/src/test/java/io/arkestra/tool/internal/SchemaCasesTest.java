package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.testkit.CaseTable;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cases 42 to 46 of the suite for reliability and security: schemas and arguments. 47 is in {@code io.arkestra.DamagedToolCallsTest}. */
@Timeout(120)
class SchemaCasesTest {
    @RegisterExtension
    static final CaseTable CASES = CaseTable.titled("Schema and arguments");

    private final CallBench bench = new CallBench();
    private final List<Json> calls = new ArrayList<>();

    private final class Mail implements Tool {
        private final ToolSpec spec;

        Mail(String name, String schema) {
            spec = ToolSpec.builder(name)
                    .description("Sends a mail")
                    .arguments(schema)
                    .capability("net.send")
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .build();
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            calls.add(call.arguments());
            return ToolResult.text("sent");
        }
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void mail() {
        bench.add(new Mail("mail.send", """
                {"type":"object","additionalProperties":false,"required":["to","copies"],
                 "properties":{"to":{"type":"array","items":{"type":"string"},"maxItems":3},
                               "copies":{"type":"integer"},"urgent":{"type":"boolean"}}}
                """));
    }

    /** Refused with these words, not run, nothing on record but a line of the ledger. */
    private void assertRefused(String tool, String arguments, String expected) {
        int lines = bench.ledger.size();
        ToolRunner.Done done = bench.run(tool, arguments);
        assertTrue(done.status().startsWith("tool."), done.status());
        assertTrue(CallBench.told(done).contains(expected), CallBench.told(done));
        assertTrue(calls.isEmpty(), "nothing runs that should not");
        assertTrue(bench.recorded().isEmpty());
        assertEquals(lines + 1, bench.ledger.size(), "the ledger has a line for it");
    }

    @Test
    void case42_missingArguments_refused() {
        mail();
        assertRefused("mail.send", "{\"copies\":1}", "to");
        assertRefused("mail.send", "", "to");
        assertRefused("mail.send", "{}", "copies");
    }

    @Test
    void case42_extraArguments_refused() {
        mail();
        assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":1,\"bcc\":\"evil@example.org\"}", "bcc");
    }

    @Test
    void case42_argumentsOfAnotherType_refused() {
        mail();
        assertRefused("mail.send", "{\"to\":[\"a\",7],\"copies\":1}", "/to/1");
        assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":\"1\"}", "/copies");
        assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":1.5}", "/copies");
        assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":1,\"urgent\":\"yes\"}", "/urgent");
    }

    @Test
    void case43_duplicateKeys_refused() {
        mail();
        assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":1,\"to\":[\"evil\"]}", "not readable");
    }

    @Test
    void case43_notANumber_refused() {
        mail();
        for (String number : List.of("NaN", "Infinity", "-Infinity", "01", "1e", "0x10", "1e999999999")) {
            assertRefused("mail.send", "{\"to\":[\"a\"],\"copies\":" + number + "}", "mail.send");
        }
    }

    @Test
    void case43_tenThousandLevels_refused() {
        mail();
        assertRefused(
                "mail.send", "{\"to\":" + "[".repeat(10_000) + "]".repeat(10_000) + ",\"copies\":1}", "not readable");
        assertRefused("mail.send", "{\"to\":".repeat(10_000), "not readable");
    }

    @Test
    void case43_fiftyMegabytes_refused() {
        mail();
        assertRefused("mail.send", "{\"to\":[\"" + "x".repeat(50_000_000) + "\"],\"copies\":1}", "not readable");
    }

    @Test
    void case44_patternThatBacktracksForEver_safe() {
        String schema = """
                {"type":"object","additionalProperties":false,"required":["word"],
                 "properties":{"word":{"type":"string","pattern":"%s"}}}
                """;
        List<String> patterns = List.of("^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){20}$", "^([a-z]+)*!$");
        for (int i = 0; i < patterns.size(); i++) {
            String name = "word.take" + i;
            try {
                bench.add(new Mail(name, schema.formatted(patterns.get(i))));
            } catch (ConfigException e) {
                continue; // refused when it is registered: as good
            }
            String arguments = CallBench.text("")
                    .without("text")
                    .with("word", Json.of("a".repeat(40) + "?"))
                    .toString();
            bench.run(name, arguments);
            long best = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 3; attempt++) {
                long start = System.nanoTime();
                ToolRunner.Done done = bench.run(name, arguments);
                best = Math.min(best, System.nanoTime() - start);
                assertEquals("tool.invalid-arguments", done.status());
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(best);
            assertTrue(millis <= 100, patterns.get(i) + " took " + millis + " ms");
        }
        assertTrue(calls.isEmpty());
    }

    @Test
    void case45_schemaThatRefersToTheNetOrAFile_refused(@TempDir Path directory) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        try {
            Path file = Files.writeString(directory.resolve("schema.json"), "{\"type\":\"string\"}");
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            for (String reference :
                    List.of(base + "/schema.json", file.toUri().toString(), "jar:" + file.toUri() + "!/x")) {
                String inProperty = "{\"type\":\"object\",\"properties\":{\"to\":{\"$ref\":\"" + reference + "\"}}}";
                String inResult = "{\"$ref\":\"" + reference + "\"}";
                ConfigException refusal =
                        assertThrows(ConfigException.class, () -> bench.add(new Mail("mail.send", inProperty)));
                assertTrue(refusal.getMessage().contains("mail.send"), refusal.getMessage());
                ToolSpec bad = ToolSpec.builder("mail.other")
                        .description("Sends")
                        .result(inResult)
                        .build();
                assertThrows(ConfigException.class, () -> bench.arguments.compile(bad));
            }
            assertEquals(0, requests.get(), "nothing is fetched");
            assertTrue(bench.registry.names().isEmpty());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void case46_unknownTool_refused() {
        mail();
        assertRefused("mail.sent", "{}", "mail.send");
        assertRefused("", "{}", "no tool named");
        assertRefused("shell.run", "{}", "no tool named");
    }

    @Test
    void case46_caseVariantOfATool_refused() {
        mail();
        for (String name : List.of("Mail.send", "MAIL.SEND", "mail.Send", " mail.send", "mail.send ", "mail..send")) {
            assertRefused(name, "{\"to\":[\"a\"],\"copies\":1}", "no tool named");
        }
    }

    @Test
    void case46_lookAlikeOfATool_refused() {
        mail();
        Map<String, String> lookAlikes = Map.of(
                "Cyrillic a", "m\u0430il.send",
                "zero width space", "mail\u200b.send",
                "full width full stop", "mail\uff0esend",
                "combining mark", "mail.se\u0301nd",
                "right to left override", "\u202email.send");
        lookAlikes.values().forEach(name -> assertRefused(name, "{\"to\":[\"a\"],\"copies\":1}", "no tool named"));
        lookAlikes.forEach((what, name) -> assertThrows(ConfigException.class, () -> ToolSpec.builder(name), what));
    }
}
