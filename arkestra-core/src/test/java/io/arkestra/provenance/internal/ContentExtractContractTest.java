package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.testkit.ScriptedLlm;
import io.arkestra.testkit.ToolContract;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.CallBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code content.extract} keeps the contract of tools, with a tool to read from and one that does more than read. */
class ContentExtractContractTest extends ToolContract {
    private static final SchemaValidator SCHEMAS = SchemaValidator.create();
    private static final String DUE = "\"fields\":{\"due\":{\"type\":\"string\",\"format\":\"date\"}}";

    /** What was sent by the tool that does more than read. */
    private final List<String> sent = new ArrayList<>();

    private @Nullable CallBench bench;

    private static final class Junior implements ContentExtract.Junior {
        private final ScriptedLlm model = new ScriptedLlm();

        Junior() {
            model.expect().answers("{\"due\":\"2026-06-01\"}").always();
        }

        @Override
        public <T> Optional<T> with(Function<LlmClient, T> work) {
            return Optional.of(work.apply(model));
        }
    }

    private record Made(ToolSpec spec, List<String> sent) implements Tool {
        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return spec.sideEffect() == ToolSpec.SideEffect.NONE ? Prepared.nothing() : Prepared.effect("Sends mail");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            if (spec.sideEffect() != ToolSpec.SideEffect.NONE) {
                sent.add(call.id());
            }
            return ToolResult.text("The invoice is due 2026-06-01.");
        }
    }

    @Override
    protected Tool open(Path directory) {
        CallBench opened = new CallBench();
        bench = opened;
        ToolSpec page = ToolSpec.builder("page.get")
                .description("Gets a page")
                .untrusted("web")
                .build();
        ToolSpec mail = ToolSpec.builder("mail.send")
                .description("Sends mail")
                .sideEffect(ToolSpec.SideEffect.OUTWARD)
                .capability("mail.send")
                .build();
        opened.add(new Made(page, sent));
        opened.add(new Made(mail, sent));
        return new ContentExtract(
                opened.registry(),
                new QuarantinedRead(SCHEMAS),
                new ConversationProvenance(AddressBook.empty(), (user, session) -> List.of()),
                opened::runner,
                new Junior());
    }

    private static List<Json> parsed(String... all) {
        return java.util.Arrays.stream(all).map(Json::parse).toList();
    }

    @Override
    protected List<Json> valid() {
        return parsed(
                "{\"text\":\"The invoice is due 2026-06-01.\"," + DUE + "}", "{\"tool\":\"page.get\"," + DUE + "}");
    }

    @Override
    protected List<Json> refused() {
        return parsed(
                "{" + DUE + "}",
                "{\"text\":\"x\",\"tool\":\"page.get\"," + DUE + "}",
                "{\"tool\":\"no.such\"," + DUE + "}",
                "{\"tool\":\"mail.send\"," + DUE + "}",
                "{\"tool\":\"content.extract\"," + DUE + "}",
                "{\"tool\":\"page.get\",\"arguments\":{\"x\":1}," + DUE + "}",
                "{\"text\":\"x\",\"fields\":{\"a\":{\"type\":\"object\"}}}",
                "{\"text\":\"x\",\"fields\":{\"a\":{\"type\":\"string\"}}}",
                "{\"text\":\"x\",\"fields\":{\"a b\":{\"type\":\"number\"}}}",
                // The model answers with a date, which is none of these fields.
                "{\"text\":\"x\",\"fields\":{\"amount\":{\"type\":\"number\"}}}");
    }

    @Override
    protected List<Json> malformed() {
        return parsed(
                "[]",
                "{}",
                "{\"text\":\"x\"}",
                "{\"text\":\"x\",\"fields\":{}}",
                "{\"text\":\"\"," + DUE + "}",
                "{\"text\":7," + DUE + "}",
                "{\"tool\":null," + DUE + "}",
                "{\"tool\":\"page.get\",\"arguments\":[]," + DUE + "}");
    }

    @Override
    protected Object world() {
        return List.copyOf(sent);
    }

    @Override
    protected Optional<List<String>> problems(Json schema, Json value) {
        return Optional.of(SCHEMAS.compile(schema).validate(value).stream()
                .map(Object::toString)
                .toList());
    }

    @Override
    protected void close() {
        if (bench != null) {
            bench.close();
        }
    }
}
