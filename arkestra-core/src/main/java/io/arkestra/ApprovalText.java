package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.common.VisibleText;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Remember;
import io.arkestra.policy.Risk;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A question to a person as text, and as data, for hosts that have no form of their own. In the text, what a model or a file wrote is always
 * quoted behind a margin, with everything visible that could hide or move something; the question itself is ours.
 */
public final class ApprovalText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final int MOST_LINES = 200;
    private static final int MOST_BOUND = 500;

    private ApprovalText() {}

    /**
     * As text in English, several lines.
     *
     * @param zone of the person who reads it
     */
    public static String of(ApprovalRequest request, ZoneId zone) {
        StringBuilder out = new StringBuilder();
        out.append("The assistant wants to call ").append(request.call().tool()).append(". May it?\n");
        request.effects()
                .forEach(effect ->
                        out.append("  * ").append(VisibleText.line(effect)).append('\n'));
        boolean whole =
                request.effects().isEmpty() || request.why().obligations().contains(Decision.SHOW_FULL_ARGUMENTS);
        if (whole || request.prepared().preview().isBlank()) {
            out.append("  arguments:\n");
            quote(out, request.call().arguments().pretty());
        }
        if (!request.prepared().preview().isBlank()) {
            out.append("  preview:\n");
            quote(out, request.prepared().preview());
        }
        out.append("  risk: ").append(risk(request.why().risk())).append('\n');
        out.append("  asked because: ")
                .append(VisibleText.line(String.join("; ", request.why().reasons())))
                .append(" (")
                .append(String.join(", ", request.why().rules()))
                .append(")\n");
        out.append("  runs: ").append(request.sandbox()).append('\n');
        if (!request.taints().isEmpty()) {
            out.append("  CAREFUL: words of others led here: ")
                    .append(request.taints().stream()
                            .map(Taint::toString)
                            .map(VisibleText::line)
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        out.append("  always: ").append(always(request)).append('\n');
        out.append("  id ")
                .append(request.id())
                .append(", until ")
                .append(TIME.format(request.expiresAt().atZone(zone)));
        return out.toString();
    }

    /** What follows from an answer that is to be remembered. */
    private static String always(ApprovalRequest request) {
        if (request.remember().isEmpty()) {
            return "cannot be said to this; it is asked about each time";
        }
        Remember remember = request.remember().get();
        String where =
                remember.scope() == Remember.Scope.SESSION ? "in this conversation" : "in every conversation of yours";
        String same = request.bound().members().entrySet().stream()
                .filter(value -> !value.getKey().equals("tool"))
                .map(value -> value.getKey() + " "
                        + VisibleText.line(shortened(value.getValue().toString())))
                .collect(Collectors.joining(", "));
        return "no more questions about " + request.call().tool() + (same.isEmpty() ? "" : " with " + same) + " "
                + where + " for " + words(remember.max());
    }

    private static String shortened(String value) {
        return value.length() <= MOST_BOUND ? value : value.substring(0, MOST_BOUND) + "…";
    }

    private static String words(Duration time) {
        if (time.toHours() >= 48 && time.toHours() % 24 == 0) {
            return time.toDays() + " days";
        }
        if (time.toMinutes() % 60 == 0 && time.toHours() > 0) {
            return time.toHours() == 1 ? "an hour" : time.toHours() + " hours";
        }
        return time.toSeconds() % 60 == 0 ? time.toMinutes() + " minutes" : time.toSeconds() + " seconds";
    }

    private static void quote(StringBuilder out, String text) {
        String[] lines = VisibleText.of(text).split("\n", -1);
        for (int i = 0; i < Math.min(lines.length, MOST_LINES); i++) {
            out.append("  | ").append(lines[i]).append('\n');
        }
        if (lines.length > MOST_LINES) {
            out.append("  | … and ").append(lines.length - MOST_LINES).append(" more lines\n");
        }
    }

    private static String risk(Risk risk) {
        String parts = risk.parts().entrySet().stream()
                .map(part -> part.getKey() + " " + part.getValue())
                .collect(Collectors.joining(", "));
        return risk.level().name().toLowerCase(Locale.ROOT) + ", " + risk.score() + " of 100"
                + (parts.isEmpty() ? "" : " (" + parts + ")");
    }

    /** The same as data: all that a person should know who answers. Texts are as the model wrote them; {@code VisibleText} makes them safe. */
    public static Json json(ApprovalRequest request) {
        Json.ObjectBuilder parts = Json.object();
        request.why().risk().parts().forEach((name, points) -> parts.put(name, points));
        Json.ObjectBuilder json = Json.object()
                .put("id", request.id())
                .put("digest", request.digest())
                .put("tool", request.call().tool())
                .put("arguments", request.call().arguments())
                .put("effects", Json.strings(request.effects()))
                .put("preview", request.prepared().preview())
                .put("risk", request.why().risk().score())
                .put("riskParts", parts.build())
                .put("reasons", Json.strings(request.why().reasons()))
                .put("rules", Json.strings(request.why().rules()))
                .put("obligations", Json.strings(request.why().obligations()))
                .put("sandbox", request.sandbox())
                .put(
                        "taints",
                        Json.strings(
                                request.taints().stream().map(Taint::toString).toList()))
                .put("expires", request.expiresAt())
                .put("always", request.remember().isPresent());
        request.remember()
                .ifPresent(remember -> json.put(
                        "remember",
                        Json.object()
                                .put("scope", remember.scope().name().toLowerCase(Locale.ROOT))
                                .put("max", remember.max().toString())
                                .put("bound", request.bound())
                                .build()));
        return json.build();
    }
}
