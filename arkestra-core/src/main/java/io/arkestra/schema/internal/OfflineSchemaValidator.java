package io.arkestra.schema.internal;

import dev.harrel.jsonschema.InvalidSchemaException;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/** {@link SchemaValidator} on the {@code dev.harrel} library. */
final class OfflineSchemaValidator implements SchemaValidator {
    private static final URI UNNAMED = URI.create("schema:/unnamed");
    private static final List<Json> PROBES =
            List.of(Json.NULL, Json.TRUE, Json.of(0), Json.of(""), Json.emptyArray(), Json.emptyObject());

    private final RemoteSchemas remotes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, CompiledSchema> cache = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompiledSchema> eldest) {
            return size() > CACHED_SCHEMAS;
        }
    };

    OfflineSchemaValidator(RemoteSchemas remotes) {
        this.remotes = remotes;
    }

    @Override
    public CompiledSchema compile(Json schema) {
        String digest = schema.digest();
        lock.lock();
        try {
            CompiledSchema known = cache.get(digest);
            if (known == null) {
                known = compileNew(schema);
                cache.put(digest, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private CompiledSchema compileNew(Json schema) {
        int length = schema.toString().length();
        if (length > MAX_SCHEMA_CHARS) {
            throw new ConfigException("the schema has " + length + " characters; expected at most " + MAX_SCHEMA_CHARS);
        }
        if (depth(schema) > MAX_SCHEMA_DEPTH) {
            throw new ConfigException(
                    "the schema is nested " + depth(schema) + " levels deep; expected at most " + MAX_SCHEMA_DEPTH);
        }
        // One library validator per schema: its registry is shared by name, and two strangers' schemas may have the
        // same $id.
        Validator validator = new ValidatorFactory()
                .withJsonNodeFactory(SchemaNode.FACTORY)
                .withSchemaResolver(uri -> remotes.find(uri)
                        .map(found -> SchemaResolver.Result.fromJsonNode(new SchemaNode(found, "")))
                        .orElseGet(SchemaResolver.Result::empty))
                .createValidator();
        URI uri = register(validator, schema);
        List<Pattern> patterns = SchemaReferences.check(schema, UNNAMED.toString(), remotes);
        Compiled compiled = new Compiled(schema, uri, validator, patterns, new ReentrantLock());
        compiled.probe();
        return compiled;
    }

    private static URI register(Validator validator, Json schema) {
        try {
            return validator.registerSchema(UNNAMED, new SchemaNode(schema, ""));
        } catch (InvalidSchemaException e) {
            List<SchemaProblem> problems = new SchemaProblems(schema, Json.TRUE, "").describe(e.getErrors());
            throw new ConfigException("the schema itself is not valid: " + SchemaProblems.join(problems), e);
        } catch (JsonSchemaException | IllegalArgumentException e) {
            throw new ConfigException(
                    "the schema cannot be used: " + e.getMessage()
                            + "; expected draft 2020-12, or $schema naming an official draft (2019-09, draft-07, -06, -04)",
                    e);
        }
    }

    private static int depth(Json json) {
        if (json.isArray()) {
            return 1
                    + json.items().stream()
                            .mapToInt(OfflineSchemaValidator::depth)
                            .max()
                            .orElse(0);
        }
        if (json.isObject()) {
            return 1
                    + json.members().values().stream()
                            .mapToInt(OfflineSchemaValidator::depth)
                            .max()
                            .orElse(0);
        }
        return 0;
    }

    /** The lock is there because the library may still load a meta-schema while it validates. */
    private record Compiled(Json schema, URI uri, Validator validator, List<Pattern> patterns, ReentrantLock lock)
            implements CompiledSchema {
        @Override
        public List<SchemaProblem> validate(Json value) {
            lock.lock();
            try {
                if (!PatternBudget.suffices(patterns, value)) {
                    return List.of(new SchemaProblem(
                            "",
                            "pattern",
                            "the text takes too long to match against a regular expression of the schema"));
                }
                Validator.Result result = validator.validate(uri, new SchemaNode(value, ""));
                return result.isValid()
                        ? List.of()
                        : new SchemaProblems(schema, value, uri.toString()).describe(result.getErrors());
            } catch (StackOverflowError e) {
                return List.of(new SchemaProblem("", "", "the value is too deeply nested or too long to be checked"));
            } finally {
                lock.unlock();
            }
        }

        /** A schema that reaches itself without going down into the value never ends, whatever the value. */
        void probe() {
            for (Json value : PROBES) {
                try {
                    validator.validate(uri, new SchemaNode(value, ""));
                } catch (StackOverflowError e) {
                    throw new ConfigException(
                            "the schema refers to itself without end; expected every circle of $ref to go through properties or items",
                            e);
                }
            }
        }
    }
}
