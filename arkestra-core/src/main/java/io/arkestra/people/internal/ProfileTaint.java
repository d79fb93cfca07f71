package io.arkestra.people.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the free words of a profile come from: they are in every prompt of the user, so what was set while a model had seen untrusted words
 * carries their sources, field by field. A field that is cleared, or holds one value and gets another, loses the former ones.
 */
public final class ProfileTaint {
    private static final String TAINT = "taint";
    private static final List<String> FREE =
            List.of(ProfileFields.TITLE, ProfileFields.TONE, ProfileFields.GOALS, ProfileFields.BOUNDARIES);

    private ProfileTaint() {}

    /** Untrusted sources that words of a profile may come from. */
    public static Set<Taint> of(Json profile) {
        Set<Taint> all = new TreeSet<>();
        fields(profile).values().forEach(all::addAll);
        return all;
    }

    private static Map<String, Set<Taint>> fields(Json profile) {
        Map<String, Set<Taint>> fields = new TreeMap<>();
        profile.get(TAINT)
                .filter(Json::isObject)
                .ifPresent(kept -> kept.members().forEach((field, sources) -> {
                    Set<Taint> taints = new TreeSet<>();
                    for (Json source : sources.isArray() ? sources.items() : List.of(sources)) {
                        // A damaged entry is as untrusted as a readable one.
                        taints.add(source.isString() ? Taint.parse(source.asString()) : Taint.of("unknown", ""));
                    }
                    fields.put(field, taints);
                }));
        return fields;
    }

    /** A profile after a change, with the sources that the change may come from. */
    public static Json changed(Json before, Json after, Set<Taint> sources) {
        Map<String, Set<Taint>> fields = fields(before);
        for (String field : FREE) {
            boolean single = field.equals(ProfileFields.TITLE);
            List<String> words = ProfileFields.worded(after, field);
            if (!ProfileFields.worded(before, field).equals(words)) {
                Set<Taint> taints = new TreeSet<>(sources);
                if (!single) {
                    taints.addAll(fields.getOrDefault(field, Set.of()));
                }
                fields.put(field, taints);
            }
            if (words.isEmpty() || fields.getOrDefault(field, Set.of()).isEmpty()) {
                fields.remove(field);
            }
        }
        Json.ObjectBuilder kept = Json.object();
        fields.forEach((field, taints) -> kept.put(field, Json.strings(texts(taints))));
        return fields.isEmpty() ? after.without(TAINT) : after.with(TAINT, kept.build());
    }

    private static List<String> texts(Set<Taint> taints) {
        List<String> texts = new ArrayList<>();
        taints.forEach(taint -> texts.add(taint.toString()));
        return texts;
    }
}
