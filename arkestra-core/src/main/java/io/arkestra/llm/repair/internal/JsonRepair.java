package io.arkestra.llm.repair.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.schema.internal.CompiledSchema;
import io.arkestra.schema.internal.SchemaProblem;
import io.arkestra.schema.internal.SchemaValidator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document that a model meant from what it wrote. A pure function of the text and the schema: time linear in the text, depth
 * bounded, no text makes it throw. Text that is a valid document comes back as it is, without a step. Thread-safe.
 */
public final class JsonRepair {
    /** Longest answer that is looked at, in characters. */
    static final int MAX_CHARS = 4 * 1024 * 1024;

    /** How many beginnings of a document are tried, which keeps the time linear. */
    private static final int MOST_CANDIDATES = 8;

    private static final int MOST_PROBLEMS = 3;

    private final SchemaValidator schemas;

    public JsonRepair(SchemaValidator schemas) {
        this.schemas = schemas;
    }

    /**
     * Reads one document.
     *
     * @param raw what the model wrote
     * @param schema what was asked for; draft 2020-12
     */
    public Repaired read(String raw, Json schema) {
        CompiledSchema compiled;
        try {
            compiled = schemas.compile(schema);
        } catch (ConfigException e) {
            return Repaired.refused("the schema that was asked for cannot be used: " + e.getMessage(), List.of());
        }
        if (raw.length() > MAX_CHARS) {
            return Repaired.refused(
                    "the answer has " + raw.length() + " characters; expected at most " + MAX_CHARS, List.of());
        }
        Json whole = raw.startsWith(Wrapping.MARK) ? null : strict(raw);
        if (whole != null && compiled.validate(whole).isEmpty()) {
            return Repaired.document(whole, List.of());
        }
        Set<String> steps = new LinkedHashSet<>();
        Wrapping unwrapped = Wrapping.strip(raw, steps);
        if (unwrapped.endless()) {
            return Repaired.refused("the model was still thinking when its answer ended", List.copyOf(steps));
        }
        return new Search(unwrapped.text(), compiled, steps).run();
    }

    private static @Nullable Json strict(String text) {
        try {
            return Json.parse(text);
        } catch (InvalidInputException e) {
            return null;
        }
    }

    /** Tries one beginning of a document after the other; the first that leads to a valid one wins. Used once. */
    private static final class Search {
        private final String text;
        private final CompiledSchema schema;
        private final Set<String> before;
        private @Nullable Repaired best;

        Search(String text, CompiledSchema schema, Set<String> before) {
            this.text = text;
            this.schema = schema;
            this.before = before;
        }

        Repaired run() {
            Json whole = strict(text);
            if (whole != null) {
                Repaired result = fit(whole, before);
                if (result.document().isPresent()) {
                    return result;
                }
                best = result;
            }
            char opening = wantsArray() ? '[' : '{';
            int start = text.indexOf(opening);
            for (int tries = 0; start >= 0 && tries < MOST_CANDIDATES; tries++) {
                BalancedText balanced = BalancedText.from(text, start);
                Repaired result = attempt(start, balanced);
                if (result.document().isPresent()) {
                    return result;
                }
                if (best == null) {
                    best = result;
                }
                start = text.indexOf(opening, balanced.closed() ? balanced.end() : start + 1);
            }
            return Optional.ofNullable(best)
                    .orElseGet(() -> Repaired.refused(
                            "the answer holds no JSON " + (opening == '{' ? "object" : "array"), List.copyOf(before)));
        }

        private Repaired attempt(int start, BalancedText balanced) {
            Set<String> steps = new LinkedHashSet<>(before);
            if (balanced.closed()) {
                Json exact = strict(text.substring(start, balanced.end()));
                if (exact != null) {
                    surrounded(start, balanced.end(), steps);
                    return fit(exact, steps);
                }
            }
            TolerantParser parser = new TolerantParser(text, start, steps);
            try {
                Json parsed = parser.parse();
                surrounded(start, parser.end(), steps);
                return fit(parsed, steps);
            } catch (InvalidInputException e) {
                return Repaired.refused("the answer is not JSON: " + e.getMessage(), List.copyOf(steps));
            }
        }

        private void surrounded(int start, int end, Set<String> steps) {
            if (!text.substring(0, start).isBlank() || !text.substring(end).isBlank()) {
                steps.add(Steps.SURROUNDING_TEXT);
            }
        }

        private Repaired fit(Json document, Set<String> soFar) {
            if (schema.validate(document).isEmpty()) {
                return Repaired.document(document, List.copyOf(soFar));
            }
            Set<String> steps = new LinkedHashSet<>(soFar);
            Json coerced = new SchemaCoercion(schema.schema(), steps).coerce(document);
            List<SchemaProblem> problems = schema.validate(coerced);
            return problems.isEmpty()
                    ? Repaired.document(coerced, List.copyOf(steps))
                    : Repaired.refused(describe(problems), List.copyOf(steps));
        }

        private static String describe(List<SchemaProblem> problems) {
            String shown = String.join(
                    "; ",
                    problems.stream()
                            .limit(MOST_PROBLEMS)
                            .map(SchemaProblem::toString)
                            .toList());
            int more = problems.size() - MOST_PROBLEMS;
            return "the document does not fit its schema: " + shown + (more > 0 ? "; and " + more + " more" : "");
        }

        private boolean wantsArray() {
            return schema.schema().isObject()
                    && schema.schema()
                            .get("type")
                            .filter(type -> type.isString() && type.asString().equals("array"))
                            .isPresent();
        }
    }
}
