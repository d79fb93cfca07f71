package io.arkestra.llm.llamacpp.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.TinyGguf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ModelsMainTest {
    private static final byte[] MODEL = TinyGguf.random(7).bytes();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @Test
    void run_pullVerifyListRemove_doTheirWork() throws Exception {
        try (FileServer server = new FileServer()) {
            server.answer(FileServer.whole(MODEL, "\"a\""));
            Path catalogue = catalogue(server.url("/tiny.gguf"));

            assertEquals(ModelsMain.OK, run("", "pull", "tiny", "--catalogue", catalogue.toString(), "--yes"));
            assertEquals(ModelsMain.OK, run("", "verify", "tiny", "--catalogue", catalogue.toString()));
            assertTrue(out.toString(StandardCharsets.UTF_8).contains(ModelStoreTest.hash(MODEL)));
            assertEquals(ModelsMain.OK, run("", "list", "--catalogue", catalogue.toString()));
            assertTrue(out.toString(StandardCharsets.UTF_8).contains("tiny\tinstalled\t"));
            assertEquals(ModelsMain.OK, run("", "remove", "tiny", "--catalogue", catalogue.toString()));
            assertFalse(Files.exists(directory.resolve("tiny.gguf")));
        }
    }

    @Test
    void run_pullAnsweredNo_fetchesNothing() throws Exception {
        try (FileServer server = new FileServer()) {
            Path catalogue = catalogue(server.url("/tiny.gguf"));

            assertEquals(ModelsMain.FAILED, run("n\n", "pull", "tiny", "--catalogue", catalogue.toString()));

            String question = err.toString(StandardCharsets.UTF_8);
            assertTrue(question.contains("MIT, https://example.com/license"), question);
            assertTrue(server.requests.isEmpty());
        }
    }

    @Test
    void run_pullAndNobodyAnswers_namesTheOption() throws Exception {
        try (FileServer server = new FileServer()) {
            assertEquals(ModelsMain.FAILED, run("", "pull", server.url("/tiny.gguf")));
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("--yes"));
            assertTrue(server.requests.isEmpty());
        }
    }

    @Test
    void run_pullOffline_failsThoughYesWasSaid() throws Exception {
        try (FileServer server = new FileServer()) {
            assertEquals(ModelsMain.FAILED, run("", "pull", server.url("/tiny.gguf"), "--yes", "--offline"));
            assertTrue(server.requests.isEmpty());
        }
    }

    @Test
    void run_catalogueWithAWrongHash_namesFileEntryAndField() throws Exception {
        Path catalogue = Files.writeString(
                directory.resolve("catalogue.json"),
                "{\"models\": [{\"id\": \"a\", \"file\": \"a.gguf\", \"sha256\": \"12\", \"urls\": [\"https://example.com/a.gguf\"]}]}");

        assertEquals(ModelsMain.FAILED, run("", "list", "--catalogue", catalogue.toString()));

        String message = err.toString(StandardCharsets.UTF_8);
        assertTrue(
                message.contains("catalogue.json") && message.contains("'a'") && message.contains("'sha256'"), message);
    }

    @Test
    void run_pullByOllama_asksAndShowsProgressAndListsIt() {
        try (FakeLlmServer server = FakeLlmServer.ollama().pullable("small", 400L)) {
            String url = server.uri().toString();

            assertEquals(ModelsMain.FAILED, run("n\n", "pull", "ollama:small", "--ollama", url));
            assertEquals(ModelsMain.FAILED, run("", "pull", "ollama:small", "--ollama", url, "--yes", "--offline"));
            assertEquals(0, server.requests().size());
            assertEquals(ModelsMain.OK, run("y\n", "pull", "ollama:small", "--ollama", url));
            assertEquals(ModelsMain.OK, run("", "list", "--ollama", url));

            assertTrue(
                    err.toString(StandardCharsets.UTF_8).contains("of 0.4 kB"), err.toString(StandardCharsets.UTF_8));
            assertTrue(out.toString(StandardCharsets.UTF_8).contains("small:latest\tinstalled\t"));
        }
    }

    @Test
    void run_notUnderstood_showsTheHelp() {
        assertEquals(ModelsMain.USAGE, run("", "verify", "ollama:small"));
        assertEquals(ModelsMain.USAGE, run(""));
        assertEquals(ModelsMain.USAGE, run("", "pull"));
        assertEquals(ModelsMain.USAGE, run("", "list", "--nonsense"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("pull ID|ADDRESS"));
    }

    private Path catalogue(String url) throws IOException {
        Json model = Json.object()
                .put("id", "tiny")
                .put("file", "tiny.gguf")
                .put("size", MODEL.length)
                .put("sha256", ModelStoreTest.hash(MODEL))
                .put("license", "MIT")
                .put("licenseUrl", "https://example.com/license")
                .put("urls", Json.array(Json.of(url)))
                .build();
        return Files.writeString(
                directory.resolve("catalogue.json"),
                Json.object().put("models", Json.array(model)).build().toString());
    }

    private int run(String input, String... args) {
        String[] all = java.util.Arrays.copyOf(args, args.length == 0 ? 0 : args.length + 2);
        if (args.length > 0) {
            all[args.length] = "--dir";
            all[args.length + 1] = directory.toString();
        }
        return ModelsMain.run(all, new StringReader(input), new PrintStream(out, true), new PrintStream(err, true));
    }
}
