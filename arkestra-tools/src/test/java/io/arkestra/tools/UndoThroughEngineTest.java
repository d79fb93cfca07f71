package io.arkestra.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.DeclaredTool;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.UndoReport;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Effects of the shipped tools are taken back through a whole engine with a home. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class UndoThroughEngineTest {
    private static final UserId ANN = UserId.of("ann");
    private static final Scope ANNS = Scope.of(ANN);
    private static final String CHAIN = """
            kind: chain
            name: report.file
            description: Writes a report, puts the notes away and takes a paper in.
            arguments: {type: object, required: [text], properties: {text: {type: string}}}
            steps:
              - {tool: fs.write, arguments: {path: draft.md, content: "${args.text}", mode: create}}
              - {tool: fs.move, arguments: {path: notes.md, to: kept.md}}
              - {tool: document.import, arguments: {path: paper.md}}
            """;
    private static final String SCRIPT = """
            {"match":"read in","tool_calls":[{"name":"document.import","arguments":{"path":"notes.md"}}],"then":"Read."}
            {"match":"index","tool_calls":[{"name":"index.project","arguments":{"path":"shop"}}],"then":"Indexed."}
            {"match":"watch","tool_calls":[{"name":"index.watch","arguments":{"project":"shop"}}],"then":"Watched."}
            {"match":"file the report","tool_calls":[{"name":"report.file","arguments":{"text":"All herons are well."}}],"then":"Filed."}
            """;

    @TempDir
    Path directory;

    private Path root;
    private Path script;

    @BeforeEach
    void write() throws IOException {
        Path base = directory.toRealPath();
        root = Files.createDirectory(base.resolve("files"));
        Files.writeString(root.resolve("notes.md"), "# Birds\n\nThe heron eats frogs.\n");
        Files.writeString(root.resolve("paper.md"), "# Paper\n\nOn frogs.\n");
        Files.createDirectory(root.resolve("shop"));
        Files.writeString(root.resolve("shop/Cart.java"), "class Cart {\n    String zebra;\n}\n");
        script = Files.writeString(base.resolve("script.jsonl"), SCRIPT);
    }

    private Arkestra open() {
        return Arkestra.builder()
                .home(directory.resolve("home"))
                .senior(Llm.script(script))
                .tools(t -> t.discover()
                        .configure(
                                "files",
                                Json.object()
                                        .put("roots", Json.strings(List.of("files=" + root)))
                                        .put("trusted", Json.strings(List.of("files")))
                                        .build()))
                .policy(p -> p.allow(
                        "document.import", "index.project", "index.watch", "fs.write", "fs.move", "report.file"))
                .build();
    }

    private static String made(Arkestra engine, String words) {
        Reply reply = engine.session(ANN).ask(words);
        assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
        return reply.toolUses().get(0).callId();
    }

    private static int documents(Arkestra engine) {
        return engine.memory().documents().list(ANNS, Optional.empty(), 100).size();
    }

    @Test
    void undo_ofAnImport_forgetsTheDocumentAlsoAfterARestart() {
        String call;
        try (Arkestra engine = open()) {
            call = made(engine, "please read in the notes");
            assertEquals(1, documents(engine));
        }
        try (Arkestra engine = open()) {
            UndoReport report = engine.tools().undo(ANNS, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertEquals(0, documents(engine));
            assertEquals(
                    UndoReport.Kind.ALREADY_UNDONE,
                    engine.tools().undo(ANNS, call).kind());
        }
    }

    @Test
    void undo_ofAnImportThatWasForgottenSince_isAConflict() {
        try (Arkestra engine = open()) {
            String call = made(engine, "please read in the notes");
            String document = engine.memory()
                    .documents()
                    .list(ANNS, Optional.empty(), 1)
                    .get(0)
                    .id();
            engine.memory().documents().remove(ANNS, document);
            assertEquals(
                    UndoReport.Kind.CONFLICT, engine.tools().undo(ANNS, call).kind());
        }
    }

    @Test
    void undo_ofANewIndex_dropsIt() {
        try (Arkestra engine = open()) {
            String call = made(engine, "please index the shop");
            assertEquals(1, documents(engine));
            UndoReport report = engine.tools().undo(ANNS, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertEquals(0, documents(engine));
            assertTrue(Files.exists(root.resolve("shop/Cart.java")));
        }
    }

    @Test
    void undo_ofAnIndexBroughtUpToDate_isRefusedWithAReasonAndChangesNothing() throws IOException {
        try (Arkestra engine = open()) {
            String first = made(engine, "please index the shop");
            Files.writeString(root.resolve("shop/Till.java"), "class Till {}\n");
            String second = made(engine, "please index it again");
            assertEquals(2, documents(engine));
            UndoReport report = engine.tools().undo(ANNS, second);
            assertEquals(UndoReport.Kind.NOT_REVERSIBLE, report.kind(), report.message());
            assertTrue(report.message().contains("was there before"), report.message());
            assertTrue(report.message().contains("index.drop"), report.message());
            assertEquals(2, documents(engine));
            assertTrue(engine.tools().undo(ANNS, first).undone(), "the whole index goes with the call that made it");
            assertEquals(0, documents(engine));
        }
    }

    @Test
    void undo_ofAnIndexThatIsWatched_isAConflict() {
        try (Arkestra engine = open()) {
            String call = made(engine, "please index the shop");
            String watch = made(engine, "please watch the shop");
            UndoReport report = engine.tools().undo(ANNS, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("is watched"), report.message());
            assertEquals(1, documents(engine));
            assertTrue(engine.tools().undo(ANNS, watch).undone());
            assertTrue(engine.tools().undo(ANNS, call).undone());
        }
    }

    private static void declare(Arkestra engine) {
        DeclaredTool chain = engine.tools().declared().add(CHAIN);
        engine.tools().declared().pin(chain.name(), chain.digest());
    }

    @Test
    void undo_ofAChainOfFilesAndDocuments_isWhole() {
        try (Arkestra engine = open()) {
            declare(engine);
            String call = made(engine, "please file the report");
            assertTrue(Files.exists(root.resolve("kept.md")));
            assertEquals(1, documents(engine));
            UndoReport report = engine.tools().undo(ANNS, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertFalse(Files.exists(root.resolve("kept.md")));
            assertTrue(Files.exists(root.resolve("notes.md")));
            assertFalse(Files.exists(root.resolve("draft.md")));
            assertEquals(0, documents(engine));
        }
    }

    @Test
    void undo_ofAChainWhoseFileWasChangedSince_changesNothing() throws IOException {
        try (Arkestra engine = open()) {
            declare(engine);
            String call = made(engine, "please file the report");
            Files.writeString(root.resolve("kept.md"), "Some herons are not.");
            UndoReport report = engine.tools().undo(ANNS, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 2 (fs.move)"), report.message());
            assertEquals("Some herons are not.", Files.readString(root.resolve("kept.md")));
            assertTrue(Files.exists(root.resolve("draft.md")));
            assertEquals(1, documents(engine));
        }
    }
}
