package io.arkestra.people.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.IndexedField;
import io.arkestra.store.Owner;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One document of an archive, checked so far that the store takes it and the owner of its collection can read it.
 *
 * @param write the document as it will be written
 */
record ArchiveLine(DocWrite write) {
    private static final Set<String> MEMBERS = Set.of("id", "createdAt", "updatedAt", "expiresAt", "body", "blob");
    private static final int LONGEST_FIELD = 512;
    private static final int LARGEST = 16 * 1024 * 1024;
    private static final Json.Limits LIMITS = Json.Limits.ofChars(128 * 1024 * 1024);

    /** @throws InvalidInputException when the text is not a document of this collection */
    static ArchiveLine of(Owner owner, CollectionSpec spec, int schema, String text) {
        Json line = Json.parse(text, LIMITS);
        for (String member : line.members().keySet()) {
            if (!MEMBERS.contains(member)) {
                throw new InvalidInputException("member '" + member + "' is unknown; expected " + MEMBERS);
            }
        }
        Json body = upcast(spec, schema, line.get("body").orElse(Json.NULL));
        DocWrite write = DocWrite.of(owner, line.text("id"), body);
        if (body.toString().length() > LARGEST) {
            throw new InvalidInputException("its body is larger than " + LARGEST + " characters");
        }
        Optional<Instant> expires = instant(line, "expiresAt");
        if (expires.isPresent()) {
            write = write.expiresAt(expires.get());
        }
        if (line.get("blob").isPresent()) {
            write = write.blob(blob(line.text("blob")));
        }
        spec.fields().values().forEach(field -> checkField(field, body));
        Doc.Builder doc =
                Doc.builder(owner, write.id(), body, instant(line, "createdAt").orElse(Instant.EPOCH));
        write.blob().ifPresent(doc::blob);
        write.expiresAt().ifPresent(doc::expiresAt);
        spec.check(doc.build());
        return new ArchiveLine(write);
    }

    private static Optional<Instant> instant(Json line, String member) {
        if (line.get(member).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(line.instant(member)
                .orElseThrow(() -> new InvalidInputException("member '" + member + "' is not an instant")));
    }

    private static byte[] blob(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (bytes.length > LARGEST) {
                throw new InvalidInputException("its blob is larger than " + LARGEST + " bytes");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("its blob is not Base64", e);
        }
    }

    private static Json upcast(CollectionSpec spec, int schema, Json body) {
        Json current = body;
        Map<Integer, UnaryOperator<Json>> steps = spec.upcasters();
        for (int version = schema; version < spec.schemaVersion(); version++) {
            UnaryOperator<Json> step = steps.get(version);
            try {
                current = step == null ? current : step.apply(current);
            } catch (RuntimeException e) {
                throw new InvalidInputException("it cannot be brought to schema version " + (version + 1), e);
            }
        }
        return current;
    }

    private static void checkField(IndexedField field, Json body) {
        Json value = body.get(field.name()).orElse(Json.NULL);
        if (value.isNull()) {
            return;
        }
        try {
            switch (field.type()) {
                case STRING -> {
                    if (value.asString().length() > LONGEST_FIELD) {
                        throw new InvalidInputException("the text is longer than " + LONGEST_FIELD);
                    }
                }
                case LONG -> value.asLong();
                case DOUBLE -> value.asDouble();
                case BOOLEAN -> value.asBoolean();
                case INSTANT -> Instant.parse(value.asString());
            }
        } catch (ArkestraException | DateTimeException | ArithmeticException e) {
            throw new InvalidInputException(
                    "field '" + field.name() + "' is not a "
                            + FieldType.valueOf(field.type().name()),
                    e);
        }
    }
}
