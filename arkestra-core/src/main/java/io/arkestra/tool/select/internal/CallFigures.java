package io.arkestra.tool.select.internal;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the calls of a tool went. Immutable.
 *
 * @param succeeded calls that gave a result
 * @param refused calls that were not made: a policy or a person said no; they say nothing about the tool
 * @param failures how often each code of an error came back
 * @param millis how long the latest calls that were made took, oldest first
 */
record CallFigures(long succeeded, long refused, Map<String, Long> failures, List<Long> millis) {
    static final CallFigures NONE = new CallFigures(0, 0, Map.of(), List.of());
    private static final int LATEST = 51;
    private static final int MOST_CODES = 20;

    CallFigures {
        failures = Map.copyOf(failures);
        millis = List.copyOf(millis);
    }

    /** With one more call. A status that is neither {@code ok} nor the code of an error is a call that was not made. */
    CallFigures with(String status, long took) {
        if (status.equals("ok")) {
            return new CallFigures(succeeded + 1, refused, failures, latest(millis, List.of(took)));
        }
        if (status.indexOf('.') < 0) {
            return new CallFigures(succeeded, refused + 1, failures, millis);
        }
        Map<String, Long> more = new TreeMap<>(failures);
        if (more.containsKey(status) || more.size() < MOST_CODES) {
            more.merge(status, 1L, Long::sum);
        } else {
            more.merge("other", 1L, Long::sum);
        }
        return new CallFigures(succeeded, refused, more, latest(millis, List.of(took)));
    }

    /** Both together; the calls of the other one are the later ones. */
    CallFigures and(CallFigures other) {
        Map<String, Long> more = new TreeMap<>(failures);
        other.failures.forEach((code, count) -> more.merge(code, count, Long::sum));
        return new CallFigures(
                succeeded + other.succeeded, refused + other.refused, more, latest(millis, other.millis));
    }

    private static List<Long> latest(List<Long> before, List<Long> more) {
        List<Long> all = new ArrayList<>(before);
        all.addAll(more);
        return all.subList(Math.max(0, all.size() - LATEST), all.size());
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Calls that were made. */
    long made() {
        return succeeded + failed();
    }

    /** Half of the latest calls took at most so long. */
    Optional<Long> medianMillis() {
        return millis.isEmpty()
                ? Optional.empty()
                : Optional.of(millis.stream()
                        .sorted(Comparator.naturalOrder())
                        .toList()
                        .get((millis.size() - 1) / 2));
    }

    /** The code that came back most often, the first by name of several. */
    Optional<Map.Entry<String, Long>> commonest() {
        return new TreeMap<>(failures)
                .entrySet().stream()
                        .max(Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(
                                        Map.Entry.<String, Long>comparingByKey().reversed()));
    }

    Json toJson() {
        Json.ObjectBuilder codes = Json.object();
        new TreeMap<>(failures).forEach(codes::put);
        return Json.object()
                .put("succeeded", succeeded)
                .put("refused", refused)
                .put("failures", codes.build())
                .put("millis", Json.array(millis.stream().map(Json::of).toList()))
                .build();
    }

    static CallFigures read(Json json) {
        Map<String, Long> failures = new TreeMap<>();
        json.get("failures").map(Json::members).orElse(Map.of()).forEach((code, n) -> failures.put(code, n.asLong()));
        return new CallFigures(
                json.integer("succeeded").orElse(0L),
                json.integer("refused").orElse(0L),
                failures,
                json.list("millis").stream().map(Json::asLong).toList());
    }
}
