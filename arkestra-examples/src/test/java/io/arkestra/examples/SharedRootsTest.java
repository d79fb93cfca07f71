package io.arkestra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The directories that are opened to the tools for files are open to those for documents too. */
@Timeout(60)
class SharedRootsTest {
    @TempDir
    Path directory;

    private Path work;
    private Path other;

    @BeforeEach
    void makeFiles() throws IOException {
        work = Files.createDirectory(directory.toRealPath().resolve("work"));
        other = Files.createDirectory(directory.toRealPath().resolve("other"));
        for (Path root : List.of(work, other)) {
            Files.createDirectory(root.resolve("private"));
            Files.writeString(root.resolve("open.txt"), "Pelicans fish together.");
            Files.writeString(root.resolve("private/diary.txt"), "Flamingos sleep on one leg.");
        }
    }

    private Reply imported(Path file, Json files, Json documents) throws IOException {
        Path script = Files.writeString(
                directory.resolve("script.jsonl"),
                "{\"match\": \"import\", \"tool_calls\": [{\"name\": \"document.import\", \"arguments\": {\"path\": "
                        + Json.of(file.toString()) + "}}], \"then\": \"{result}\"}\n");
        try (Arkestra arkestra = Arkestra.builder()
                .senior(Llm.script(script))
                .tools(t -> t.discover().configure("files", files).configure("documents", documents))
                .policy(p -> p.allow("document.import"))
                .build()) {
            return arkestra.session(UserId.of("ann")).ask("please import it");
        }
    }

    private static Json roots(Path root, String... deny) {
        return Json.object()
                .put("roots", Json.strings(List.of("work=" + root)))
                .put("deny", Json.strings(List.of(deny)))
                .build();
    }

    private static String status(Reply reply) {
        return reply.toolUses().get(0).status();
    }

    @Test
    void documents_withoutRootsOfTheirOwn_haveThoseOfTheFiles() throws IOException {
        Reply reply = imported(work.resolve("open.txt"), roots(work), Json.emptyObject());

        assertEquals("ok", status(reply), reply.text());
        assertFalse(status(imported(other.resolve("open.txt"), roots(work), Json.emptyObject()))
                .equals("ok"));
    }

    @Test
    void documents_whatIsDeniedToTheFiles_isDeniedToThem() throws IOException {
        Json own = Json.object()
                .put("roots", Json.strings(List.of("other=" + other)))
                .build();

        for (Json documents : List.of(Json.emptyObject(), own)) {
            Path root = documents.has("roots") ? other : work;
            Reply reply = imported(root.resolve("private/diary.txt"), roots(work, "private/*"), documents);
            assertFalse(status(reply).equals("ok"), reply.text());
            assertFalse(reply.text().contains("Flamingos"), reply.text());
        }
    }

    @Test
    void documents_withRootsOfTheirOwn_haveNoOthers() throws IOException {
        Json own = Json.object()
                .put("roots", Json.strings(List.of("other=" + other)))
                .build();

        assertTrue(status(imported(other.resolve("open.txt"), roots(work), own)).equals("ok"));
        assertFalse(status(imported(work.resolve("open.txt"), roots(work), own)).equals("ok"));
    }
}
