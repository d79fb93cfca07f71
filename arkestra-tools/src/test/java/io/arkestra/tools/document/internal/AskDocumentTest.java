package io.arkestra.tools.document.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.Source;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.memory.Citation;
import io.arkestra.memory.Memory;
import io.arkestra.store.DocStore;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PDF is imported and asked through a whole engine. */
class AskDocumentTest {
    @TempDir
    Path files;

    /** A tool on the memory of an engine that is built with it. */
    private record Later(ToolSpec spec, Supplier<Tool> tool) implements Tool {
        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return tool.get().targets(call, context);
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return tool.get().prepare(call, context);
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return tool.get().call(call, prepared, context);
        }
    }

    @Test
    void ask_importedPdf_isAnsweredWithThePageItStandsOn() throws Exception {
        Path root = files.toRealPath();
        MadeFiles.write(
                root,
                "contract.pdf",
                MadeFiles.pdf(List.of(
                        List.of("This contract is about the rent of a flat."),
                        List.of("The period of notice is three months."))));
        Path script = Files.writeString(root.resolve("script.jsonl"), """
                {"match":"read in","tool_calls":[{"name":"document.import","arguments":{"path":"contract.pdf"}}],"then":"{result}"}
                {"match":"how long","tool_calls":[{"name":"document.search","arguments":{"query":"period of notice"}}],"then":"{result}"}
                """);
        AtomicReference<List<Tool>> tools = new AtomicReference<>(List.of());
        try (TestHome specs = TestHome.of(root);
                Arkestra engine = Arkestra.builder()
                        .senior(Llm.script(script))
                        .tools(t -> {
                            t.add(later(specs, "document.import", tools));
                            t.add(later(specs, "document.search", tools));
                        })
                        .policy(p -> {
                            p.allow("document.import");
                            p.allow("document.search");
                        })
                        .build();
                TestProviderContext context = TestProviderContext.builder()
                        .settings(Json.object()
                                .put("roots", Json.strings(List.of("files=" + root)))
                                .build())
                        .service(DocStore.class, engine.store())
                        .service(Memory.class, engine.memory())
                        .build()) {
            tools.set(new DocumentToolsProvider().tools(context));
            UserId ann = UserId.of("ann");
            Reply imported = engine.session(ann).ask("please read in the contract");
            assertEquals("ok", imported.toolUses().get(0).status(), imported.text());
            Reply answer = engine.session(ann).ask("how long before the end must it be given");
            assertEquals("ok", answer.toolUses().get(0).status(), answer.text());
            assertTrue(answer.text().contains("three months"), answer.text());
            assertTrue(answer.text().contains("contract.pdf"), answer.text());
            Source source = answer.sources().get(0);
            assertEquals("document", source.kind());
            assertEquals("contract.pdf", source.speaker());
            assertTrue(source.quote().contains("The period of notice is three months."), source.quote());
            Citation citation = source.citation().orElseThrow();
            assertEquals("contract.pdf", citation.title());
            assertEquals(2, citation.lastPage());
        }
    }

    private static Tool later(TestHome specs, String name, AtomicReference<List<Tool>> tools) {
        return new Later(
                specs.tool(name).spec(),
                () -> tools.get().stream()
                        .filter(tool -> tool.spec().name().equals(name))
                        .findFirst()
                        .orElseThrow());
    }
}
