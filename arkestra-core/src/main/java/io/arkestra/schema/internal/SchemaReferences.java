package io.arkestra.schema.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Follows every reference and compiles every regular expression of a schema before it is used.
 *
 * <p>The schema library looks references up while it validates and ignores an expression that does not compile; below {@code not}
 * both would turn a broken schema into one that accepts everything.
 */
final class SchemaReferences {
    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies");
    private static final Set<String> SCHEMAS = Set.of(
            "items",
            "prefixItems",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "additionalProperties",
            "additionalItems",
            "unevaluatedProperties",
            "unevaluatedItems",
            "contentSchema");
    private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef", "$recursiveRef");
    private static final Pattern OFFICIAL =
            Pattern.compile("https?://json-schema\\.org/(draft-0[467]|draft/20(19-09|20-12))/(schema|meta/[a-z-]+)");

    private record Reference(String text, String base, String pointer, String keyword) {}

    private final RemoteSchemas remotes;
    private final boolean legacy;
    private final Map<String, Json> resources = new HashMap<>();
    private final Set<String> anchors = new HashSet<>();
    private final Set<Json> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Reference> references = new ArrayDeque<>();
    private final List<Pattern> patterns = new ArrayList<>();

    private SchemaReferences(RemoteSchemas remotes, boolean legacy) {
        this.remotes = remotes;
        this.legacy = legacy;
    }

    /**
     * Checks a schema that is valid against its meta-schema.
     *
     * @param base the URI under which it is known when it does not name itself
     * @return its regular expressions
     */
    static List<Pattern> check(Json schema, String base, RemoteSchemas remotes) {
        String dialect = schema.isObject() ? schema.string("$schema").orElse("") : "";
        SchemaReferences walk = new SchemaReferences(remotes, dialect.contains("/draft-0"));
        walk.resources.put(base, schema);
        walk.visit(schema, base, "");
        // Following a reference may lead to a schema in an unusual place, which brings references of its own.
        while (!walk.references.isEmpty()) {
            walk.follow(walk.references.pop());
        }
        return List.copyOf(walk.patterns);
    }

    private void visit(Json schema, String outerBase, String pointer) {
        if (!schema.isObject() || !visited.add(schema)) {
            return;
        }
        String base = identify(schema, outerBase, pointer);
        for (String keyword : REFERENCES) {
            text(schema, keyword).ifPresent(target -> references.add(new Reference(target, base, pointer, keyword)));
        }
        text(schema, "pattern").ifPresent(pattern -> compile(pattern, pointer + "/pattern"));
        schema.members().forEach((keyword, value) -> {
            String place = pointer + "/" + escape(keyword);
            if (keyword.equals("patternProperties") && value.isObject()) {
                value.members().keySet().forEach(pattern -> compile(pattern, place + "/" + escape(pattern)));
            }
            if (SCHEMAS_BY_NAME.contains(keyword) && value.isObject()) {
                value.members().forEach((name, child) -> visit(child, base, place + "/" + escape(name)));
            } else if (SCHEMAS.contains(keyword)) {
                visitOneOrMany(value, base, place);
            }
        });
    }

    private void visitOneOrMany(Json value, String base, String place) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                visit(value.at(i), base, place + "/" + i);
            }
        } else {
            visit(value, base, place);
        }
    }

    /** Notes the names that the schema gives to itself; returns the base URI inside it. */
    private String identify(Json schema, String outerBase, String pointer) {
        // Up to draft-07 everything beside a $ref is ignored.
        if (legacy && schema.has("$ref")) {
            return outerBase;
        }
        String base = outerBase;
        Optional<String> id = text(schema, "$id").or(() -> legacy ? text(schema, "id") : Optional.empty());
        if (id.isPresent()) {
            String full = resolve(outerBase, id.get(), pointer + "/$id");
            int hash = full.indexOf('#');
            base = hash < 0 ? full : full.substring(0, hash);
            if (hash >= 0 && hash < full.length() - 1) {
                anchors.add(full);
            } else {
                resources.put(base, schema);
            }
        }
        for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
            Optional<String> anchor = text(schema, keyword);
            if (anchor.isPresent()) {
                anchors.add(base + "#" + anchor.get());
            }
        }
        return base;
    }

    private void follow(Reference reference) {
        String place = reference.pointer() + "/" + reference.keyword();
        String full = resolve(reference.base(), reference.text(), place);
        int hash = full.indexOf('#');
        String document = hash < 0 ? full : full.substring(0, hash);
        String fragment = hash < 0 ? "" : full.substring(hash + 1);
        Json resource = resources.get(document);
        if (resource == null) {
            if (OFFICIAL.matcher(document).matches() || remotes.find(document).isPresent()) {
                return;
            }
            throw new ConfigException(
                    "schema at " + cut(place) + ": " + shown(reference.text()) + " leads to " + shown(document)
                            + ", which is outside of the schema; nothing is fetched, so put it into $defs and refer to it with #/$defs/…");
        }
        if (fragment.isEmpty()) {
            return;
        }
        if (!fragment.startsWith("/")) {
            if (!anchors.contains(full)) {
                throw nowhere(reference, place, "no $anchor has that name");
            }
            return;
        }
        Json target = at(resource, fragment)
                .orElseThrow(() -> nowhere(reference, place, "there is nothing at that place of the schema"));
        if (!target.isObject() && !target.isBoolean()) {
            throw nowhere(reference, place, "there is no schema at that place");
        }
        visit(target, document, fragment);
    }

    private static Optional<Json> at(Json resource, String fragment) {
        try {
            // The decoder is made for forms, where a plus stands for a blank.
            return resource.at(URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (InvalidInputException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String resolve(String base, String reference, String place) {
        try {
            URI target = new URI(reference);
            if (target.isAbsolute() || base.isEmpty()) {
                return target.toString();
            }
            if (reference.isEmpty() || reference.startsWith("#")) {
                return base + reference;
            }
            return new URI(base).resolve(target).toString();
        } catch (URISyntaxException e) {
            throw new ConfigException(
                    "schema at " + cut(place) + ": " + shown(reference) + " is not a URI reference", e);
        }
    }

    private void compile(String pattern, String place) {
        if (pattern.length() > SchemaValidator.MAX_PATTERN_CHARS) {
            throw new ConfigException("schema at " + cut(place) + ": the regular expression has " + pattern.length()
                    + " characters; expected at most " + SchemaValidator.MAX_PATTERN_CHARS);
        }
        try {
            patterns.add(Pattern.compile(pattern));
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "schema at " + cut(place) + ": " + shown(pattern)
                            + " is not a regular expression that Java understands: " + e.getDescription()
                            + " near index " + e.getIndex(),
                    e);
        }
    }

    private static Optional<String> text(Json schema, String keyword) {
        return schema.get(keyword).filter(Json::isString).map(Json::asString);
    }

    private static ConfigException nowhere(Reference reference, String place, String why) {
        return new ConfigException(
                "schema at " + cut(place) + ": " + shown(reference.text()) + " leads nowhere: " + why);
    }

    private static String escape(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static String shown(String text) {
        return "\"" + cut(text) + "\"";
    }

    private static String cut(String text) {
        return text.length() <= 120 ? text : text.substring(0, text.offsetByCodePoints(0, 60)) + "…";
    }
}
