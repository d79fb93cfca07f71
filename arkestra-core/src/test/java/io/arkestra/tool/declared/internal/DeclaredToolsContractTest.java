package io.arkestra.tool.declared.internal;

import com.sun.net.httpserver.HttpServer;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.testkit.ToolContract;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.CallBench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each kind of declared tool keeps the contract of tools. */
class DeclaredToolsContractTest {
    private static final SchemaValidator SCHEMAS = SchemaValidator.create();
    private static final String ARGUMENTS = "\"arguments\":{\"type\":\"object\",\"required\":[\"p\"],"
            + "\"properties\":{\"p\":{\"type\":\"string\",\"minLength\":1}}}";

    abstract static class Declared extends ToolContract {
        static List<Json> p(String... values) {
            return Stream.of(values)
                    .map(value -> (Json) Json.object().put("p", value).build())
                    .toList();
        }

        @Override
        protected List<Json> malformed() {
            return List.of(
                    Json.parse("[]"),
                    Json.parse("{}"),
                    Json.parse("{\"p\":5}"),
                    Json.parse("{\"p\":null}"),
                    Json.parse("{\"p\":\"\"}"),
                    Json.parse("{\"p\":[\"a\"]}"));
        }

        @Override
        protected Optional<List<String>> problems(Json schema, Json value) {
            return Optional.of(SCHEMAS.compile(schema).validate(value).stream()
                    .map(Object::toString)
                    .toList());
        }
    }

    /** Against a real server, which keeps what it is sent. */
    abstract static class Http extends Declared {
        private final String method;
        private final List<String> kept = new CopyOnWriteArrayList<>();
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private @Nullable HttpServer server;

        Http(String method) {
            this.method = method;
        }

        @Override
        protected Tool open(Path directory) throws IOException {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server = started;
            started.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (exchange.getRequestURI().getPath().endsWith("slow")) {
                    LockSupport.parkNanos(5_000_000_000L);
                }
                boolean found = !exchange.getRequestURI().getPath().endsWith("missing");
                if (found && exchange.getRequestMethod().equals("POST")) {
                    kept.add(body);
                }
                byte[] answer = "{\"city\":\"Berlin\"}".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(found ? 200 : 404, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            started.setExecutor(threads);
            started.start();
            String url = "http://127.0.0.1:" + started.getAddress().getPort() + "/at/{p}";
            String body = method.equals("POST") ? ",\"body\":{\"what\":\"{p}\"}" : "";
            return new HttpTool(
                    Definition.parse("{\"kind\":\"http\",\"name\":\"city.call\",\"description\":\"x\",\"method\":\""
                            + method + "\",\"url\":\"" + url + "\"," + ARGUMENTS + body + "}"),
                    1,
                    new Lent(Set.of("127.0.0.1"), Set.of(), name -> Optional.empty()),
                    new DirectHttpCaller());
        }

        @Override
        protected List<Json> valid() {
            return p("now", "a/b?c#d");
        }

        @Override
        protected List<Json> refused() {
            return p("missing");
        }

        @Override
        protected Optional<Json> slow() {
            return Optional.of(p("slow").get(0));
        }

        @Override
        protected Object world() {
            return List.copyOf(kept);
        }

        @Override
        protected void close() {
            if (server != null) {
                server.stop(0);
            }
            threads.shutdownNow();
        }
    }

    @Nested
    class HttpGet extends Http {
        HttpGet() {
            super("GET");
        }
    }

    @Nested
    class HttpPost extends Http {
        HttpPost() {
            super("POST");
        }
    }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class Command extends Declared {
        private @Nullable Path place;

        @Override
        protected Tool open(Path directory) {
            place = directory;
            return new CommandTool(
                    Definition.parse("{\"kind\":\"command\",\"name\":\"file.touch\",\"description\":\"x\",\"cwd\":"
                            + Json.of(directory.toString()) + ",\"argv\":[\"/usr/bin/touch\",\"{p}\"]," + ARGUMENTS
                            + "}"),
                    1,
                    new Lent(Set.of(), Set.of(), name -> Optional.empty()));
        }

        @Override
        protected List<Json> valid() {
            return p("new.txt", "two words; touch owned");
        }

        @Override
        protected List<Json> refused() {
            return p("--help", "-c", "a\0b");
        }

        @Override
        protected Object world() throws IOException {
            try (Stream<Path> all = Files.list(java.util.Objects.requireNonNull(place))) {
                return all.map(path -> path.getFileName().toString()).sorted().toList();
            }
        }
    }

    /** Puts a word into a box. */
    private record Put(Map<String, String> box) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("box.put")
                .description("Puts a word into a box")
                .arguments(
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"key\",\"value\"],"
                                + "\"properties\":{\"key\":{\"type\":\"string\",\"maxLength\":20},\"value\":{\"type\":\"string\"}}}")
                .capability("box.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .reversible()
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(
                    Target.changed(Target.RECORD, "box/" + call.arguments().text("key")));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            String key = call.arguments().text("key");
            String before = box.getOrDefault(key, "");
            return Prepared.effect("Puts " + key)
                    .withUndo(Json.object()
                            .put("key", key)
                            .put("before", before)
                            .put("after", call.arguments().text("value"))
                            .build())
                    .withStateDigest(before);
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            if (call.arguments().text("value").equals("full")) {
                throw new ToolException(ToolException.Reason.FAILED, "The box is full");
            }
            box.put(call.arguments().text("key"), call.arguments().text("value"));
            return ToolResult.text("It is in the box.");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            String key = prepared.undo().text("key");
            if (!box.getOrDefault(key, "").equals(prepared.undo().text("after"))) {
                throw new ToolException(ToolException.Reason.CONFLICT, "The box was opened meanwhile");
            }
            if (prepared.undo().text("before").isEmpty()) {
                box.remove(key);
            } else {
                box.put(key, prepared.undo().text("before"));
            }
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            return box.getOrDefault(prepared.undo().text("key"), "")
                            .equals(prepared.undo().text("after"))
                    ? EffectState.PRESENT
                    : EffectState.ABSENT;
        }
    }

    /**
     * Each call has its own two keys: steps of chains that write to one key may take turns, and then no order of undoing is right for all of
     * them.
     */
    @Nested
    class Chain extends Declared {
        private static final String TURN = "turn";
        /** One for each call at the same time. */
        private static final String[] WORDS = {"milk", "bread", "salt", "rice", "tea", "oats", "corn", "figs"};

        private final Map<String, String> box = new ConcurrentSkipListMap<>();
        private @Nullable CallBench bench;

        @Override
        protected Tool open(Path directory) {
            CallBench opened = new CallBench();
            bench = opened;
            for (String word : WORDS) {
                box.put("first " + word, "old");
            }
            opened.add(new Put(box));
            return new ChainTool(
                    Definition.parse(
                            "{\"kind\":\"chain\",\"name\":\"box.fill\",\"description\":\"x\"," + ARGUMENTS
                                    + ",\"steps\":[{\"tool\":\"box.put\",\"arguments\":{\"key\":\"first ${args.p}\",\"value\":\"new\"}},"
                                    + "{\"tool\":\"box.put\",\"arguments\":{\"key\":\"second ${args.p}\",\"value\":\"${args.p}\"}}]}"),
                    1,
                    opened.inner());
        }

        /** As the engine numbers calls: below the turn. */
        @Override
        public ToolCall call(Json arguments) {
            ToolCall made = super.call(arguments);
            return ToolCall.of(TURN + "-" + made.id(), made.tool(), made.arguments());
        }

        @Override
        public ToolContext context(Scope scope, Cancellation cancellation, Duration timeout) {
            return TestToolContext.builder()
                    .scope(scope)
                    .turn(TurnId.of(TURN))
                    .cancellation(cancellation)
                    .timeout(timeout)
                    .build();
        }

        @Override
        protected List<Json> valid() {
            return p(WORDS);
        }

        /** The second step fails: the first one is taken back. */
        @Override
        protected List<Json> refused() {
            return p("full");
        }

        @Override
        protected Object world() {
            return Map.copyOf(box);
        }

        @Override
        protected boolean interfere(Json arguments) {
            box.replaceAll((key, value) -> "by somebody else");
            return true;
        }

        @Override
        protected void close() {
            if (bench != null) {
                bench.close();
            }
        }
    }
}
