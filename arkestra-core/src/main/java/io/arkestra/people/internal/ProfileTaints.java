package io.arkestra.people.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which words of a profile may come from untrusted sources. They stay marked as long as they are there, whoever reads them, since every
 * prompt tells them.
 */
public final class ProfileTaints {
    /** Member of a profile's body. */
    static final String TAINT = "taint";

    private static final String FIELD = "field";
    private static final String VALUE = "value";
    private static final String SOURCES = "sources";
    /** The fields that hold words; all others are one of a few values. */
    private static final List<String> WORDS =
            List.of(ProfileFields.TITLE, ProfileFields.TONE, ProfileFields.GOALS, ProfileFields.BOUNDARIES);

    private ProfileTaints() {}

    /**
     * Words of a profile.
     *
     * @param text the words
     * @param taints untrusted sources that they may come from
     */
    public record Doubted(String text, Set<Taint> taints) {}

    /** The words of a profile that untrusted sources may have had a part in. */
    public static List<Doubted> of(Json body) {
        return body.list(TAINT).stream()
                .map(entry -> new Doubted(entry.text(VALUE), sources(entry)))
                .toList();
    }

    private static Set<Taint> sources(Json entry) {
        Set<Taint> sources = new TreeSet<>();
        entry.list(SOURCES).forEach(source -> sources.add(Taint.parse(source.asString())));
        return sources;
    }

    /**
     * A changed profile with its new words marked; those that were there before keep what they had.
     *
     * @param taints untrusted sources that new words may come from
     * @param vouched tells of words that they come from elsewhere
     */
    public static Json marked(Json before, Json after, Set<Taint> taints, Predicate<String> vouched) {
        List<Json> entries = new ArrayList<>(after.list(TAINT));
        if (!taints.isEmpty()) {
            Json sources =
                    Json.strings(taints.stream().map(Taint::toString).sorted().toList());
            for (String field : WORDS) {
                List<String> known = values(before, field);
                values(after, field).stream()
                        .filter(value -> !known.contains(value) && !vouched.test(value))
                        .forEach(value -> entries.add(Json.object()
                                .put(FIELD, field)
                                .put(VALUE, value)
                                .put(SOURCES, sources)
                                .build()));
            }
        }
        return pruned(with(after, entries));
    }

    /** A profile without marks of words that are not there any more. */
    static Json pruned(Json body) {
        List<Json> entries = body.list(TAINT);
        return entries.isEmpty()
                ? body
                : with(
                        body,
                        entries.stream()
                                .filter(entry -> values(body, entry.text(FIELD)).contains(entry.text(VALUE)))
                                .toList());
    }

    private static Json with(Json body, List<Json> entries) {
        return entries.isEmpty() ? body.without(TAINT) : body.with(TAINT, Json.array(entries));
    }

    private static List<String> values(Json body, String field) {
        return field.equals(ProfileFields.TITLE)
                ? body.string(field).stream().toList()
                : ProfileFields.texts(body, field);
    }

    /** @throws InvalidInputException when the marks of a body that comes from anywhere cannot be read */
    static void check(Json body) {
        for (Json entry : body.list(TAINT)) {
            if (!WORDS.contains(entry.text(FIELD)) || entry.list(SOURCES).isEmpty()) {
                throw new InvalidInputException("\"taint\" names no field of words, or no source: " + entry);
            }
            entry.text(VALUE);
            sources(entry);
        }
    }
}
