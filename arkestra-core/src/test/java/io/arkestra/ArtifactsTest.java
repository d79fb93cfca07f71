package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that calls make. */
@Timeout(60)
class ArtifactsTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path home;

    private record Report(Function<ToolContext, ToolResult> work) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("report.make").description("Makes a report").build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return work.apply(context);
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ArkestraBuilder builder(Function<ToolContext, ToolResult> work) {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("report.make", "{}")))
                .tools(t -> t.add(new Report(work)))
                .policy(p -> p.allow("report.make"));
    }

    private static long files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void artifact_ofACall_isOnTheReplyAndOnTheDiskAndGoesWithTheUser() throws IOException {
        try (Arkestra engine = builder(context -> {
                    context.artifacts().write("report.md", "text/markdown", bytes("hello"));
                    return ToolResult.text("made");
                })
                .home(home)
                .build()) {
            Reply reply = engine.session(ALICE).ask("report");
            Artifact artifact = reply.artifacts().get(0);
            assertEquals("report.md", artifact.name());
            assertEquals("text/markdown", artifact.mediaType());
            assertEquals(5, artifact.bytes());
            assertEquals("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", artifact.sha256());
            assertEquals("hello", Files.readString(artifact.file()));
            assertTrue(artifact.file().startsWith(home.resolve("artifacts")));
            assertFalse(artifact.file().toString().contains("alice"), "the path tells nothing about the user");
            assertEquals(reply.artifacts(), reply.toolUses().get(0).artifacts());
            engine.people().forget(ALICE);
            assertEquals(0, files(home.resolve("artifacts")));
        }
    }

    /** What is kept of the only artifact of the user. */
    private static Json kept(Arkestra engine) {
        List<Doc> docs = engine.store()
                .inTransaction(tx -> tx.find("artifacts", Owner.of(ALICE), DocQuery.all()))
                .docs();
        assertEquals(1, docs.size());
        return docs.get(0).body();
    }

    @Test
    void artifact_afterReopening_isKeptAsTheReplyNamedIt() throws IOException {
        Artifact artifact;
        // The type is what the tool says, not what the name looks like.
        Function<ToolContext, ToolResult> work = context -> ToolResult.text("made")
                .with(context.artifacts().write("report.txt", "application/pdf", bytes("hello")));
        try (Arkestra engine = builder(work).home(home).build()) {
            artifact = engine.session(ALICE).ask("report").artifacts().get(0);
            assertEquals("application/pdf", artifact.mediaType());
        }
        try (Arkestra engine = builder(work).home(home).build()) {
            Json kept = kept(engine);
            assertEquals("application/pdf", kept.text("mediaType"));
            assertEquals(artifact.name(), kept.text("name"));
            assertEquals(artifact.sha256(), kept.text("sha256"));
            assertEquals(artifact.bytes(), kept.integer("bytes").orElseThrow());
            assertEquals("hello", Files.readString(artifact.file()));
        }
    }

    @Test
    void artifact_ofAnEngineInMemory_goesWithTheEngine() {
        Path file;
        try (Arkestra engine = builder(context -> ToolResult.text("made")
                        .with(context.artifacts().write("report.md", "text/markdown", bytes("hello"))))
                .build()) {
            Reply reply = engine.session(ALICE).ask("report");
            assertEquals(1, reply.artifacts().size(), "named twice, listed once");
            assertEquals("text/markdown", reply.artifacts().get(0).mediaType());
            assertEquals("text/markdown", kept(engine).text("mediaType"));
            file = reply.artifacts().get(0).file();
            assertTrue(Files.exists(file));
        }
        assertFalse(Files.exists(file));
        assertFalse(Files.exists(file.getParent().getParent()));
    }

    private String refusal(Function<ToolContext, ToolResult> work) throws IOException {
        AtomicReference<String> message = new AtomicReference<>("");
        try (Arkestra engine = builder(context -> {
                    try {
                        return work.apply(context);
                    } catch (ToolException e) {
                        message.set(e.getMessage());
                        throw e;
                    }
                })
                .home(home)
                .build()) {
            engine.session(ALICE).ask("report");
        }
        return message.get();
    }

    @Test
    void artifact_withABadName_isRefused() throws IOException {
        for (String name : List.of("", "../a", "a/b", "a\\b", "c:a", ".hidden", "a\u0000b", "x".repeat(201))) {
            String message = refusal(context -> {
                context.artifacts().write(name, "text/plain", bytes("x"));
                return ToolResult.text("made");
            });
            assertTrue(message.contains("cannot be the name"), name + ": " + message);
        }
        assertEquals(0, files(home.resolve("artifacts")));
    }

    @Test
    void artifact_thatIsTooLong_isRefusedAndLeavesNothing() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        };
        String message = refusal(context -> {
            context.artifacts().write("big.bin", "application/octet-stream", endless);
            return ToolResult.text("made");
        });
        assertTrue(message.contains("100000000 bytes"), message);
        assertEquals(0, files(home.resolve("artifacts")));
    }

    @Test
    void artifact_beyondTheNumberForACall_isRefused() throws IOException {
        String message = refusal(context -> {
            for (int i = 0; i < 40; i++) {
                context.artifacts().write("f" + i, "text/plain", bytes("x"));
            }
            return ToolResult.text("made");
        });
        assertTrue(message.contains("32 files"), message);
        assertEquals(32, files(home.resolve("artifacts")));
    }

    @Test
    void artifact_afterTheCall_isRefused() {
        AtomicReference<ArtifactWriter> writer = new AtomicReference<>();
        try (Arkestra engine = builder(context -> {
                    writer.set(context.artifacts());
                    return ToolResult.text("made");
                })
                .home(home)
                .build()) {
            engine.session(ALICE).ask("report");
            ToolException refusal = org.junit.jupiter.api.Assertions.assertThrows(
                    ToolException.class, () -> writer.get().write("late.txt", "text/plain", bytes("x")));
            assertEquals(ToolException.Reason.NOT_SUPPORTED, refusal.reason());
        }
    }

    @Test
    void progress_ofACall_isAnEvent() throws InterruptedException {
        LinkedBlockingQueue<Events.ToolProgressed> heard = new LinkedBlockingQueue<>();
        try (Arkestra engine = builder(context -> {
                    context.progress("pages", 3, 10);
                    return ToolResult.of("made", Json.emptyObject());
                })
                .listener(event -> {
                    if (event instanceof Events.ToolProgressed progressed) {
                        heard.add(progressed);
                    }
                })
                .build()) {
            engine.session(ALICE).ask("report");
            Events.ToolProgressed progressed = heard.poll(20, TimeUnit.SECONDS);
            assertEquals("pages", progressed.what());
            assertEquals(3, progressed.done());
            assertEquals(10, progressed.total());
            assertEquals("report.make", progressed.tool());
        }
    }
}
