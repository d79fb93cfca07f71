package io.arkestra.provenance.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.Passage;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code content.extract}: reads what a tool gives, or a text, in the place of the senior, and hands on fields alone. When none of them is a
 * free string, the senior has seen nothing untrusted. The tool that is read is called like any other: policies, gates and audit hold for it.
 * Thread-safe.
 */
public final class ContentExtract implements Tool {
    private static final ToolSpec SPEC = ToolSpec.builder("content.extract")
            .description(
                    "Reads a text of strangers, or the result of a tool that only reads, without showing it: gives the fields asked for."
                            + " Prefer it to reading web pages, mail and documents yourself when numbers, dates or choices will do.")
            .arguments("""
                    {"type":"object","additionalProperties":false,"required":["fields"],
                     "properties":{
                       "tool":{"type":"string","maxLength":64,"description":"the tool whose result is read"},
                       "arguments":{"type":"object","description":"arguments of that tool"},
                       "text":{"type":"string","minLength":1,"maxLength":65536,"description":"or the text itself"},
                       "fields":{"type":"object","minProperties":1,"maxProperties":20,
                         "description":"by name: {\\"enum\\":[..]}, {\\"type\\":\\"number|integer|boolean\\"}, {\\"type\\":\\"string\\",\\"format\\":\\"date|time|date-time\\"} or {\\"type\\":\\"string\\",\\"maxLength\\":200}"}}}
                    """)
            .result("""
                    {"type":"object","description":"the fields that were asked for and found",
                     "additionalProperties":{"type":["string","number","boolean"]}}
                    """)
            .capability(Effects.QUARANTINED)
            .timeout(Duration.ofMinutes(2))
            .examples("When is the invoice in that mail due?", "Когда нужно оплатить счёт из письма?")
            .build();

    private final ToolRegistry registry;
    private final QuarantinedRead reading;
    private final ConversationProvenance provenance;
    private final Supplier<ToolRunner> runner;
    private final Junior junior;

    /** Lends a model for one piece of work. */
    @FunctionalInterface
    public interface Junior {
        /** Does the work with the junior that is in use now; gives nothing when rules stand in for it. */
        <T> Optional<T> with(Function<LlmClient, T> work);
    }

    public ContentExtract(
            ToolRegistry registry,
            QuarantinedRead reading,
            ConversationProvenance provenance,
            Supplier<ToolRunner> runner,
            Junior junior) {
        this.registry = registry;
        this.reading = reading;
        this.provenance = provenance;
        this.runner = runner;
        this.junior = junior;
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    /** A text, who wrote it, and where it stands. */
    private record Foreign(String text, Set<Taint> taints, List<Passage> sources) {}

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled();
        WantedFields wanted;
        try {
            wanted = WantedFields.read(call.arguments().get("fields").orElseThrow());
        } catch (InvalidInputException e) {
            throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, String.valueOf(e.getMessage()), e);
        }
        boolean byTool = call.arguments().has("tool");
        if (byTool == call.arguments().has("text")) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "Give either 'tool' with its 'arguments' or 'text', and not both");
        }
        Duration limit = Duration.between(context.clock().instant(), context.deadline());
        Optional<ToolResult> result = junior.with(model -> {
            Foreign foreign = byTool ? read(call, context) : said(call, context);
            Json found = reading.extract(model, foreign.text(), wanted, context.scope(), limit, context.cancellation());
            ToolResult given = ToolResult.of(found.toString(), found).citing(foreign.sources());
            Set<Taint> sources = Quarantined.values(foreign.taints());
            if (wanted.free()) {
                sources.addAll(foreign.taints());
            }
            return given.tainted(sources.toArray(Taint[]::new));
        });
        return result.orElseThrow(() -> new ToolException(
                ToolException.Reason.NOT_SUPPORTED,
                "There is no junior model, and rules cannot read a text for you; choose a model for the junior"));
    }

    private static Foreign said(ToolCall call, ToolContext context) {
        Set<Taint> taints = new TreeSet<>(context.taints());
        taints.add(Taint.of("text", ""));
        return new Foreign(call.arguments().text("text"), taints, List.of());
    }

    private Foreign read(ToolCall call, ToolContext context) {
        String name = call.arguments().text("tool");
        ToolSpec spec = registry.find(name)
                .map(ToolRegistry.Entry::spec)
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.NOT_FOUND, "There is no tool named " + Json.of(name) + " to read from"));
        if (spec.sideEffect() != ToolSpec.SideEffect.NONE || name.equals(SPEC.name())) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS, "'" + name + "' does more than read; call it by itself");
        }
        TurnId turn = context.turn()
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.NOT_SUPPORTED, "A tool can be read from only within a turn"));
        try (ConversationProvenance.Quarantine quarantine = provenance.quarantine(turn)) {
            String arguments =
                    call.arguments().get("arguments").orElse(Json.emptyObject()).toString();
            ToolRunner.Done done = runner.get()
                    .runWithin(
                            LlmToolCall.of(call.id(), name, arguments),
                            new ToolRunner.Place(
                                    context.scope(),
                                    quarantine.id(),
                                    context.locale(),
                                    context.zone(),
                                    context.cancellation(),
                                    OutputQuality.RAW,
                                    false));
            if (!done.ok()) {
                // The message may hold what strangers wrote, so it stays in quarantine too.
                throw new ToolException(
                        ToolException.Reason.FAILED,
                        "'" + name + "' could not be read: it came to '" + done.status() + "'");
            }
            String text = done.message().string("text").orElse("") + "\n"
                    + done.message().get("data").orElse(Json.emptyObject());
            List<Passage> sources =
                    done.facts().sources().stream().map(ContentExtract::unread).toList();
            return new Foreign(text, quarantine.taints(), sources);
        }
    }

    /** Where something stands, without its words: those stay in quarantine. */
    private static Passage unread(Passage passage) {
        Passage.Builder place = Passage.builder(passage.id(), passage.kind(), "", passage.at())
                .speaker(passage.speaker())
                .origin(passage.origin());
        passage.citation().ifPresent(place::citation);
        return place.build();
    }
}
