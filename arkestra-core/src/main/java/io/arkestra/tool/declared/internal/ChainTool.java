package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.memory.Passage;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.HalfDoneException;
import io.arkestra.tool.internal.InnerCalls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * A declared chain of calls, each of which goes the way of every call: schema, policy, approval, record. When one fails, those before it are
 * taken back, the last first.
 */
final class ChainTool implements Tool {
    private final ToolSpec spec;
    private final List<Step> steps;
    private final InnerCalls calls;

    private record Step(String tool, Json arguments) {}

    /** @throws ConfigException when the definition makes no sense */
    ChainTool(Definition definition, long version, InnerCalls calls) {
        this.calls = calls;
        steps = definition.json().list("steps").stream()
                .map(step -> new Step(step.text("tool"), step.get("arguments").orElse(Json.emptyObject())))
                .toList();
        ToolSpec.Builder builder = definition.spec(version).cost(CostClass.MEDIUM);
        ToolSpec.SideEffect effect = ToolSpec.SideEffect.NONE;
        boolean reversible = true;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.tool().equals(definition.name())) {
                throw new ConfigException("Step " + (i + 1) + " of '" + definition.name() + "' calls the chain itself");
            }
            ToolSpec inner = calls.spec(step.tool())
                    .orElseThrow(() -> new ConfigException("There is no tool '" + step.tool() + "' for the chain '"
                            + definition.name() + "'; add it before the chain"));
            checkReferences(definition, step.arguments(), i);
            inner.capabilities().forEach(builder::capability);
            effect = inner.sideEffect().compareTo(effect) > 0 ? inner.sideEffect() : effect;
            reversible &= inner.sideEffect() == ToolSpec.SideEffect.NONE || inner.reversible();
        }
        builder.sideEffect(effect)
                .result(
                        "{\"type\":\"object\",\"required\":[\"steps\"],\"properties\":{\"steps\":{\"type\":\"array\"}}}");
        spec = (reversible && effect != ToolSpec.SideEffect.NONE ? builder.reversible() : builder).build();
    }

    private static void checkReferences(Definition definition, Json arguments, int before) {
        Set<String> places = new LinkedHashSet<>();
        Template.fill(arguments, Template.REFERENCE, reference -> {
            if (reference.group(1).equals("args")) {
                places.add(reference.group(2).substring(1).split("\\.")[0]);
            } else {
                int number = Integer.parseInt(reference.group(1));
                if (number < 1 || number > before) {
                    throw new ConfigException("'" + reference.group() + "' in step " + (before + 1) + " of '"
                            + definition.name() + "' refers to no step before it");
                }
            }
            return Json.NULL;
        });
        definition.checkPlaces(places);
    }

    /** The tools that it calls. */
    static List<String> uses(Json definition) {
        return definition.list("steps").stream().map(step -> step.text("tool")).toList();
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    /** What can be known before anything has run; each call is judged again by itself when its values are there. */
    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Optional<Json> arguments = known(steps.get(i), call);
            if (arguments.isPresent()) {
                targets.addAll(calls.targets(steps.get(i).tool(), arguments.get(), call, i + 1, context));
            }
        }
        return List.copyOf(targets);
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        List<String> effects = new ArrayList<>();
        StringBuilder preview = new StringBuilder();
        StringBuilder digests = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Optional<Json> arguments = known(step, call);
            preview.append(i + 1).append(". ").append(step.tool()).append('\n');
            if (arguments.isEmpty()) {
                effects.add(step.tool() + " with what the calls before it give back");
                continue;
            }
            Prepared inner = calls.prepare(step.tool(), arguments.get(), call, i + 1, context);
            effects.addAll(inner.effects());
            preview.append(inner.preview());
            digests.append(inner.stateDigest()).append('\n');
        }
        return Prepared.of(effects)
                .withPreview(preview.toString())
                .withUndo(Json.object()
                        .put("call", call.id())
                        .put("steps", steps.size())
                        .put("tools", Json.strings(tools()))
                        .build())
                .withStateDigest(Json.of(digests.toString()).digest());
    }

    /** The arguments of a step that needs nothing of the others. */
    private Optional<Json> known(Step step, ToolCall call) {
        boolean[] needs = new boolean[1];
        Json arguments = Template.fill(step.arguments(), Template.REFERENCE, reference -> {
            if (reference.group(1).equals("args")) {
                return value(reference, call, List.of());
            }
            needs[0] = true;
            return Json.NULL;
        });
        return needs[0] ? Optional.empty() : Optional.of(arguments);
    }

    private static Json value(Matcher reference, ToolCall call, List<Json> results) {
        Json from = reference.group(1).equals("args")
                ? call.arguments()
                : results.get(Integer.parseInt(reference.group(1)) - 1);
        return from.at(reference.group(2).replace('.', '/'))
                .orElseThrow(() ->
                        new ToolException(ToolException.Reason.FAILED, "There is nothing at " + reference.group()));
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        List<Json> results = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<Passage> sources = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            try {
                context.cancellation().throwIfCancelled();
                Json arguments = Template.fill(
                        step.arguments(), Template.REFERENCE, reference -> value(reference, call, results));
                InnerCalls.Made made = calls.run(step.tool(), arguments, call, i + 1, context);
                results.add(made.message());
                made.message().string("text").ifPresent(texts::add);
                sources.addAll(made.sources());
            } catch (RuntimeException e) {
                String left = calls.compensate(call.id(), i, context);
                if (e instanceof io.arkestra.common.CancelledException) {
                    throw e;
                }
                String message = "Step " + (i + 1) + " (" + step.tool() + ") failed: " + e.getMessage() + left;
                throw left.isEmpty()
                        ? new ToolException(ToolException.Reason.FAILED, message, e)
                        : new HalfDoneException(message, e);
            }
        }
        return ToolResult.of(
                        String.join("\n", texts),
                        Json.object().put("steps", Json.array(results)).build())
                .citing(sources)
                .showing(List.of()); // the words of its calls were seen with each of them
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        calls.undo(prepared.undo().text("call"), made(prepared), context);
    }

    @Override
    public void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        calls.checkUndo(prepared.undo().text("call"), made(prepared), context);
    }

    /** How many steps it had then: it may have been edited since. */
    private static int made(Prepared prepared) {
        return prepared.undo().integer("steps").orElse(0L).intValue();
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        List<String> then =
                prepared.undo().list("tools").stream().map(Json::asString).toList();
        return calls.state(call.id(), then.isEmpty() ? tools() : then, context);
    }

    private List<String> tools() {
        return steps.stream().map(Step::tool).toList();
    }
}
