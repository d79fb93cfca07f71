package io.arkestra.schema.internal;

import dev.harrel.jsonschema.Error;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.text.internal.NearestNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the findings of the schema library into words that say what was found and what is expected. */
final class SchemaProblems {
    private static final int MOST = 20;

    /** These report again what a finding below them says better. */
    private static final Set<String> SUMMARIES =
            Set.of("allOf", "if", "$ref", "$dynamicRef", "$recursiveRef", "dependentSchemas");

    private static final Set<String> CHOICES = Set.of("anyOf", "oneOf");

    private final Json schema;
    private final Json value;
    private final String base;

    /** @param base the URI that the library gave to the schema */
    SchemaProblems(Json schema, Json value, String base) {
        this.schema = schema;
        this.value = value;
        this.base = base;
    }

    /** Sorted by pointer; never empty, at most {@value #MOST}. */
    List<SchemaProblem> describe(List<Error> errors) {
        Map<Error, List<SchemaProblem>> choices = new LinkedHashMap<>();
        errors.stream().filter(error -> is(CHOICES, error)).forEach(error -> choices.put(error, new ArrayList<>()));
        List<SchemaProblem> problems = new ArrayList<>();
        for (Error error : errors) {
            if (choices.containsKey(error) || is(SUMMARIES, error) && hasFindingBelow(error, errors)) {
                continue;
            }
            nearestChoice(error, choices.keySet())
                    .map(choices::get)
                    .orElse(problems)
                    .add(problem(error));
        }
        // Inner choices first, so that an outer one can tell of them.
        List<Error> order = new ArrayList<>(choices.keySet());
        order.sort(Comparator.comparingInt(
                        (Error error) -> error.getEvaluationPath().length())
                .reversed());
        for (Error error : order) {
            SchemaProblem told = choice(error, Objects.requireNonNull(choices.get(error)));
            nearestChoice(error, choices.keySet())
                    .map(choices::get)
                    .orElse(problems)
                    .add(told);
        }
        if (problems.isEmpty()) {
            problems.add(new SchemaProblem("", "", "the value does not fit the schema"));
        }
        List<SchemaProblem> real = withoutConsequences(problems);
        return real.stream()
                .distinct()
                .sorted(Comparator.comparing(SchemaProblem::pointer).thenComparing(SchemaProblem::message))
                .limit(MOST)
                .toList();
    }

    static String join(List<SchemaProblem> problems) {
        return problems.stream().map(SchemaProblem::toString).collect(Collectors.joining("; "));
    }

    /** A property whose value is wrong counts as not evaluated, which is no news and would say that it is not known. */
    private static List<SchemaProblem> withoutConsequences(List<SchemaProblem> problems) {
        List<SchemaProblem> causes = problems.stream()
                .filter(problem -> !problem.keyword().startsWith("unevaluated"))
                .toList();
        return causes.isEmpty() ? problems : causes;
    }

    private static boolean is(Set<String> keywords, Error error) {
        return error.getKeyword() != null && keywords.contains(error.getKeyword());
    }

    private static boolean hasFindingBelow(Error error, List<Error> errors) {
        String path = error.getEvaluationPath();
        String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        List<String> inside =
                is(Set.of("if"), error) ? List.of(parent + "/then/", parent + "/else/") : List.of(path + "/");
        return errors.stream()
                .filter(other -> other != error)
                .anyMatch(other -> inside.stream().anyMatch(other.getEvaluationPath()::startsWith));
    }

    private static Optional<Error> nearestChoice(Error error, Set<Error> choices) {
        return choices.stream()
                .filter(choice ->
                        choice != error && error.getEvaluationPath().startsWith(choice.getEvaluationPath() + "/"))
                .max(Comparator.comparingInt(
                        choice -> choice.getEvaluationPath().length()));
    }

    private SchemaProblem choice(Error error, List<SchemaProblem> branches) {
        String found = found(at(value, error.getInstanceLocation()));
        boolean several = error.getError() != null && error.getError().contains("more than one");
        String message;
        if (several) {
            message = "is " + found + ", which fits several of the allowed forms; expected exactly one of them";
        } else {
            String forms = branches.stream()
                    .map(branch ->
                            branch.pointer().equals(error.getInstanceLocation()) ? branch.message() : branch.toString())
                    .distinct()
                    .limit(MOST)
                    .collect(Collectors.joining(" — or: "));
            message = "fits none of the allowed forms" + (forms.isEmpty() ? "" : ": " + forms);
        }
        return new SchemaProblem(error.getInstanceLocation(), keyword(error), message);
    }

    private SchemaProblem problem(Error error) {
        String location = error.getEvaluationPath();
        if (error.getKeyword() == null) {
            return forbidden(error, location);
        }
        Json found = at(value, error.getInstanceLocation()).orElse(Json.NULL);
        Optional<Json> rule =
                at(schemaOf(error), "/" + error.getKeyword().replace("~", "~0").replace("/", "~1"));
        String message = rule.flatMap(expected -> message(error, found, expected))
                .orElseGet(() -> Objects.requireNonNullElse(error.getError(), "does not fit the schema"));
        return new SchemaProblem(error.getInstanceLocation(), keyword(error), message);
    }

    private Optional<String> message(Error error, Json found, Json rule) {
        String keyword = keyword(error);
        if (keyword.equals("required") || keyword.equals("enum") || keyword.equals("const") || keyword.equals("type")) {
            return Optional.of(
                    keyword.equals("required")
                            ? missing(found, rule, schemaOf(error))
                            : "is " + found(Optional.of(found)) + "; expected " + allowed(keyword, rule));
        }
        String limit = shown(rule);
        String expected = switch (keyword) {
            case "minimum" -> "at least " + limit;
            case "maximum" -> "at most " + limit;
            case "exclusiveMinimum" -> "more than " + limit;
            case "exclusiveMaximum" -> "less than " + limit;
            case "multipleOf" -> "a multiple of " + limit;
            case "minLength" -> "at least " + limit + " characters";
            case "maxLength" -> "at most " + limit + " characters";
            case "pattern" -> "text that matches the regular expression " + limit;
            case "minItems" -> "at least " + limit + " items";
            case "maxItems" -> "at most " + limit + " items";
            case "uniqueItems" -> "every item once";
            case "minProperties" -> "at least " + limit + " members";
            case "maxProperties" -> "at most " + limit + " members";
            case "not" -> "anything that does not fit " + limit;
            default -> null;
        };
        return Optional.ofNullable(expected).map(text -> "is " + found(Optional.of(found)) + "; expected " + text);
    }

    private static String allowed(String keyword, Json rule) {
        if (keyword.equals("type")) {
            return rule.isArray()
                    ? rule.items().stream()
                            .map(type -> article(type.asString()))
                            .collect(Collectors.joining(" or "))
                    : article(rule.asString());
        }
        if (keyword.equals("enum") && rule.isArray()) {
            return "one of "
                    + rule.items().stream()
                            .limit(MOST)
                            .map(SchemaProblems::shown)
                            .collect(Collectors.joining(", "));
        }
        return shown(rule);
    }

    private static String missing(Json found, Json required, Json schema) {
        List<String> names = required.items().stream()
                .map(Json::asString)
                .filter(name -> !found.isObject() || !found.has(name))
                .map(name -> "\"" + name + "\""
                        + at(schema, "/properties/" + name.replace("~", "~0").replace("/", "~1") + "/type")
                                .filter(Json::isString)
                                .map(type -> " (" + type.asString() + ")")
                                .orElse(""))
                .toList();
        return "required but missing: " + String.join(", ", names);
    }

    /** The schema {@code false} stands where nothing is allowed, most often for members that are not known. */
    private SchemaProblem forbidden(Error error, String location) {
        String pointer = error.getInstanceLocation();
        String keyword = location.substring(location.lastIndexOf('/') + 1);
        if (!keyword.equals("additionalProperties") && !keyword.equals("unevaluatedProperties")) {
            return new SchemaProblem(pointer, keyword, "nothing is allowed here");
        }
        String name = pointer.substring(pointer.lastIndexOf('/') + 1)
                .replace("~1", "/")
                .replace("~0", "~");
        Set<String> known = at(schemaOf(error, "/" + keyword), "/properties")
                .filter(Json::isObject)
                .map(properties -> properties.members().keySet())
                .orElse(Set.of());
        String expected = known.isEmpty() ? "nothing is expected here" : "expected only " + String.join(", ", known);
        return new SchemaProblem(
                pointer, keyword, "is not a known property" + NearestNames.suggestion(name, known) + "; " + expected);
    }

    private Json schemaOf(Error error) {
        return schemaOf(error, "");
    }

    /** The part of the schema that made the finding, as far as it lies in the document itself. */
    private Json schemaOf(Error error, String suffix) {
        String location = error.getSchemaLocation();
        String prefix = base + "#";
        if (base.isEmpty() || !location.startsWith(prefix) || !location.endsWith(suffix)) {
            return Json.emptyObject();
        }
        return at(schema, location.substring(prefix.length(), location.length() - suffix.length()))
                .orElse(Json.emptyObject());
    }

    private static Optional<Json> at(Json json, @Nullable String pointer) {
        try {
            return json.at(pointer == null ? "" : pointer);
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    private static String keyword(Error error) {
        return Objects.requireNonNullElse(error.getKeyword(), "");
    }

    private static String found(Optional<Json> json) {
        return json.map(found -> switch (found.kind()) {
                    case NULL -> "null";
                    case BOOLEAN, NUMBER -> shown(found);
                    case STRING -> "the string " + shown(found);
                    case ARRAY -> "an array of " + found.size() + " items";
                    case OBJECT -> "an object";
                })
                .orElse("nothing");
    }

    private static String shown(Json json) {
        String text = json.toString();
        return text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 40)) + "…";
    }

    private static String article(String type) {
        return switch (type) {
            case "null" -> "null";
            case "array", "integer", "object" -> "an " + type;
            case "boolean" -> "true or false";
            default -> "a " + type;
        };
    }
}
