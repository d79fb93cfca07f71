package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A condition about a value among the arguments, named by its path: {@code a.b}, {@code a[0]}, {@code a[*].b}. Immutable. */
final class ArgumentCondition implements Condition {
    private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]*]+)|\\[(\\d{1,6}|\\*)]");

    private final String path;
    private final List<Object> steps;
    private final ValueTest test;

    private ArgumentCondition(String path, List<Object> steps, ValueTest test) {
        this.path = path;
        this.steps = List.copyOf(steps);
        this.test = test;
    }

    /** @throws IllegalArgumentException when the path cannot be read */
    static ArgumentCondition of(String path, ValueTest test) {
        List<Object> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int end = 0;
        while (end < path.length()) {
            if (!matcher.find(end)
                    || matcher.start() != end
                    || (end == 0) == path.startsWith(".", end) && matcher.group(1) != null) {
                throw new IllegalArgumentException(
                        "is no path to an argument; expected names joined by dots with [0] or [*], such as argv[0]");
            }
            String index = matcher.group(2);
            steps.add(
                    index == null
                            ? matcher.group(1)
                            : index.equals("*") ? Integer.valueOf(-1) : Integer.valueOf(index));
            end = matcher.end();
        }
        if (steps.isEmpty() || !(steps.get(0) instanceof String)) {
            throw new IllegalArgumentException("does not begin with the name of an argument");
        }
        return new ArgumentCondition(path, steps, test);
    }

    @Override
    public String key() {
        return "args." + path;
    }

    @Override
    public Fit test(Action action, Scope scope, boolean all) {
        if (!action.unknown().isEmpty() && mayBeUnknown(action)) {
            return Fit.MAYBE;
        }
        List<Json> values = new ArrayList<>();
        collect(action.arguments(), 0, values);
        boolean any = false;
        boolean every = true;
        for (Json value : values) {
            boolean fits = test.fits(key(), value);
            any |= fits;
            every &= fits;
        }
        return Fit.of(all ? any && every : any);
    }

    /** Whether an unknown value lies on the way to the one that is looked at, or below it. */
    private boolean mayBeUnknown(Action action) {
        for (String pointer : action.unknown()) {
            String[] parts =
                    pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1);
            boolean same = true;
            for (int i = 0; i < Math.min(parts.length, steps.size()) && same; i++) {
                String part = parts[i].replace("~1", "/").replace("~0", "~");
                Object step = steps.get(i);
                same = step.equals(-1) || String.valueOf(step).equals(part);
            }
            if (same) {
                return true;
            }
        }
        return false;
    }

    private void collect(Json value, int depth, List<Json> found) {
        if (depth == steps.size()) {
            found.add(value);
        } else if (steps.get(depth) instanceof String name) {
            if (value.isObject()) {
                value.get(name).ifPresent(member -> collect(member, depth + 1, found));
            }
        } else if (value.isArray()) {
            int index = (Integer) steps.get(depth);
            if (index < 0) {
                value.items().forEach(item -> collect(item, depth + 1, found));
            } else if (index < value.size()) {
                collect(value.at(index), depth + 1, found);
            }
        }
    }
}
