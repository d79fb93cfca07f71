package io.arkestra.persona.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.math.BigDecimal;
import java.util.List;

/**
 * What the critic thinks of an answer.
 *
 * @param quality 0 to 1; 1 when nothing is missing or wrong
 * @param problems what is
 */
public record CriticReport(double quality, List<String> problems) {
    /** What a critic must write. */
    public static final Json SCHEMA = Json.parse("""
            {"type":"object","additionalProperties":false,"required":["quality","problems"],
             "properties":{
               "quality":{"type":"number","minimum":0,"maximum":1},
               "problems":{"type":"array","maxItems":6,"items":{"type":"string","maxLength":300}}}}
            """);

    public CriticReport {
        problems = List.copyOf(problems);
    }

    public Json toJson() {
        return Json.object()
                .put("quality", quality)
                .put("problems", Json.strings(problems))
                .build();
    }

    /**
     * Reads a report that is valid against {@link #SCHEMA}.
     *
     * @throws InvalidInputException when it is not
     */
    public static CriticReport from(Json json) {
        double quality = json.decimal("quality")
                .map(BigDecimal::doubleValue)
                .orElseThrow(() -> new InvalidInputException("the critic's report names no quality"));
        return new CriticReport(
                Math.max(0, Math.min(1, quality)),
                json.list("problems").stream().map(Json::asString).toList());
    }
}
