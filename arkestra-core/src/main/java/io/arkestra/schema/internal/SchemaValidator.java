package io.arkestra.schema.internal;

import io.arkestra.common.Json;

/**
 * Compiles JSON Schemas: draft 2020-12 unless {@code $schema} names draft-07, 2019-09 or another official draft.
 *
 * <p>{@code format} is an annotation, as the drafts say by default. References lead into the same schema or to the official
 * meta-schemas; nothing is ever fetched. Thread-safe.
 */
public interface SchemaValidator {
    /** Longest schema, in characters of its compact text. */
    int MAX_SCHEMA_CHARS = 256 * 1024;

    /** Deepest nesting of a schema. */
    int MAX_SCHEMA_DEPTH = 64;

    /** Longest regular expression. */
    int MAX_PATTERN_CHARS = 1_000;

    /** Schemas that are kept compiled; the one not used for the longest time goes first. */
    int CACHED_SCHEMAS = 512;

    /**
     * Compiles a schema, or returns it from the cache when an equal one was compiled before.
     *
     * @throws io.arkestra.common.ConfigException when the schema is not valid against its meta-schema, refers to something that is
     *     not there or not local, refers to itself without end, holds a bad regular expression, or exceeds a limit; the message says
     *     where
     */
    CompiledSchema compile(Json schema);

    /** A validator with a cache of its own. */
    static SchemaValidator create() {
        return new OfflineSchemaValidator(RemoteSchemas.NONE);
    }
}
