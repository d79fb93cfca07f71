package io.arkestra.onboarding.internal;

import io.arkestra.common.Json;
import io.arkestra.people.internal.ProfileFields;
import java.util.List;
import java.util.Locale;

/** A question. */
enum Step {
    NAME(ProfileFields.NAME),
    ADDRESS(ProfileFields.FORM),
    LANGUAGE(ProfileFields.LANGUAGE),
    ZONE(ProfileFields.ZONE),
    TONE(ProfileFields.TONE),
    GOALS(ProfileFields.GOALS),
    BOUNDARIES(ProfileFields.BOUNDARIES);

    private final String field;

    Step(String field) {
        this.field = field;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the profile tells it already. */
    boolean isKnown(Json profile) {
        return profile.get(field)
                .filter(value -> !value.isArray() || !value.items().isEmpty())
                .isPresent();
    }

    /** Nobody knows more of these than "nothing": then the answer is a way to skip. */
    boolean mayBeNothing() {
        return List.of(TONE, GOALS, BOUNDARIES).contains(this);
    }
}
