package io.arkestra.common;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Typed reading of an object's members; a member that is JSON null counts as absent. */
final class JsonMembers {

    private JsonMembers() {}

    static Optional<Json> typed(Json object, String key, Json.Kind expected) {
        Optional<Json> member = object.get(key).filter(json -> !json.isNull());
        member.filter(json -> json.kind() != expected).ifPresent(json -> {
            throw new InvalidInputException(
                    "member \"" + key + "\" is " + json.kind().described() + "; expected " + expected.described());
        });
        return member;
    }

    static <T> T required(Optional<T> member, String key, Json.Kind expected) {
        return member.orElseThrow(
                () -> new InvalidInputException("member \"" + key + "\" is missing; expected " + expected.described()));
    }

    static Optional<Long> integer(Json object, String key) {
        return typed(object, key, Json.Kind.NUMBER).map(member -> {
            if (member.number() instanceof Long whole) {
                return whole;
            }
            throw new InvalidInputException("member \"" + key + "\" is " + JsonNumber.shortText(member.number())
                    + "; expected a 64-bit integer");
        });
    }

    static Optional<Instant> instant(Json object, String key) {
        return typed(object, key, Json.Kind.STRING).map(member -> {
            try {
                return Instant.parse(member.asString());
            } catch (DateTimeException e) {
                throw new InvalidInputException(
                        "member \"" + key + "\" is not a point in time; expected ISO 8601 such as 2026-02-25T06:00:00Z",
                        e);
            }
        });
    }
}
