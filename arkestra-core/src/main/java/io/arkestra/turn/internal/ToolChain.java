package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.tool.internal.ToolRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tool calls of one message, in order. An argument may take a value from the result of a call before it: a text that is nothing but
 * <code>${1.data.id}</code> becomes the value at that place of the first call's result, with its type; within a longer text it becomes
 * its words. What needs a call that failed is not run; what needs nothing of it is. Used by one thread.
 */
final class ToolChain {
    /** The status of a call that was not run because one before it failed. */
    static final String SKIPPED = "skipped";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{ ?(\\d{1,2})((?:\\.[\\w-]{1,64}){1,8}) ?}");

    private final List<ToolRunner.Done> results = new ArrayList<>();

    /** What a call came to; an unusable call becomes a result at once. */
    record Next(Optional<LlmToolCall> call, Optional<ToolRunner.Done> skipped) {
        static Next run(LlmToolCall call) {
            return new Next(Optional.of(call), Optional.empty());
        }

        static Next skip(ToolRunner.Done done) {
            return new Next(Optional.empty(), Optional.of(done));
        }
    }

    /** A value that cannot be put in. */
    private static final class Unresolved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unresolved(String message) {
            super(message, null, false, false);
        }
    }

    /** Whether a call may take a value from one before it. */
    static boolean refers(LlmToolCall call) {
        return REFERENCE.matcher(call.arguments()).find();
    }

    /** A call that is not run. */
    static ToolRunner.Done skipped(LlmToolCall call, String why) {
        Json message = Json.object()
                .put("status", SKIPPED)
                .put("message", "'" + call.name() + "' was not run: " + why)
                .build();
        return new ToolRunner.Done(call, SKIPPED, message, why);
    }

    /** The call with the values that it takes from those before it, or why it cannot be run. */
    Next next(LlmToolCall call) {
        if (!refers(call)) {
            return Next.run(call);
        }
        Json arguments;
        try {
            arguments = Json.parse(call.arguments());
        } catch (InvalidInputException e) {
            return Next.run(call); // what is no JSON is refused with its arguments
        }
        try {
            return Next.run(
                    LlmToolCall.of(call.id(), call.name(), filled(arguments).toString()));
        } catch (Unresolved e) {
            return Next.skip(skipped(call, String.valueOf(e.getMessage())));
        }
    }

    void ran(ToolRunner.Done done) {
        results.add(done);
    }

    private Json filled(Json value) {
        return switch (value.kind()) {
            case STRING -> filled(value.asString());
            case ARRAY -> Json.array(value.items().stream().map(this::filled).toList());
            case OBJECT -> {
                Json.ObjectBuilder object = Json.object();
                value.members().forEach((key, member) -> object.put(key, filled(member)));
                yield object.build();
            }
            default -> value;
        };
    }

    private Json filled(String text) {
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        int end = 0;
        while (reference.find()) {
            Optional<Json> value = value(reference);
            if (value.isPresent() && reference.start() == 0 && reference.end() == text.length()) {
                return value.get();
            }
            out.append(text, end, reference.start())
                    .append(value.map(ToolChain::words).orElse(reference.group()));
            end = reference.end();
        }
        return Json.of(out.append(text, end, text.length()).toString());
    }

    /** Empty for what only looks like a reference: no call before this one has such a number. */
    private Optional<Json> value(Matcher reference) {
        int number = Integer.parseInt(reference.group(1));
        if (number < 1 || number > results.size()) {
            return Optional.empty();
        }
        ToolRunner.Done done = results.get(number - 1);
        if (done.rehearsed()) {
            throw new Unresolved("it needs the result of '" + done.call().name() + "', which was only rehearsed");
        }
        if (!done.ok()) {
            throw new Unresolved("it needs the result of '" + done.call().name() + "', which failed");
        }
        String pointer = reference.group(2).replace('.', '/');
        Optional<Json> value = done.message().at(pointer);
        if (value.isEmpty()) {
            throw new Unresolved("the result of '" + done.call().name() + "' has no "
                    + pointer.substring(1).replace('/', '.'));
        }
        return value;
    }

    private static String words(Json value) {
        return value.isString() ? value.asString() : value.toString();
    }
}
