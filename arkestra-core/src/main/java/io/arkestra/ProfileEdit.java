package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.people.internal.ProfileFields;
import java.time.ZoneId;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Changes to a profile, made together by {@link People#edit}: all of them or, when one does not fit, none. Not thread-safe. Every method
 * throws {@link io.arkestra.common.InvalidInputException} when what is given does not fit, at the latest when the edit ends.
 */
public final class ProfileEdit {
    private UnaryOperator<Json> changes = UnaryOperator.identity();

    ProfileEdit() {}

    UnaryOperator<Json> changes() {
        return changes;
    }

    private ProfileEdit then(UnaryOperator<Json> change) {
        UnaryOperator<Json> before = changes;
        changes = body -> change.apply(before.apply(body));
        return this;
    }

    /** The primary name, 1 to 100 characters. */
    public ProfileEdit name(String name) {
        return then(body -> ProfileFields.name(body, name));
    }

    public ProfileEdit zone(ZoneId zone) {
        return then(body -> ProfileFields.zone(body, zone.getId()));
    }

    public ProfileEdit address(Profile.Address address) {
        String form = address == Profile.Address.FAMILIAR ? ProfileFields.FAMILIAR : ProfileFields.FORMAL;
        return then(body -> ProfileFields.form(body, form));
    }

    /** What goes before the name, 1 to 40 characters; empty for nothing. */
    public ProfileEdit title(String title) {
        return then(body ->
                title.isEmpty() ? ProfileFields.cleared(body, ProfileFields.TITLE) : ProfileFields.title(body, title));
    }

    /** The language to answer in: English or Russian. */
    public ProfileEdit language(Locale language) {
        return then(body -> ProfileFields.language(body, language.getLanguage()));
    }

    /** Answers come in the language of each message again. */
    public ProfileEdit anyLanguage() {
        return then(body -> ProfileFields.language(body, "auto"));
    }

    /**
     * One more wish of how answers are to sound, in any words; {@code brief} and {@code detailed}, {@code formal} and {@code informal},
     * {@code playful} and {@code serious} take each other's place. The latest five count.
     */
    public ProfileEdit tone(String wish) {
        return then(body -> ProfileFields.tone(body, wish));
    }

    public ProfileEdit clearTone() {
        return then(body -> ProfileFields.cleared(body, ProfileFields.TONE));
    }

    /** One more goal, at most ten of up to 300 characters. */
    public ProfileEdit goal(String goal) {
        return then(body -> ProfileFields.goal(body, goal));
    }

    public ProfileEdit clearGoals() {
        return then(body -> ProfileFields.cleared(body, ProfileFields.GOALS));
    }

    /** One more thing that the assistant must not touch or do, at most twenty of up to 300 characters. */
    public ProfileEdit boundary(String boundary) {
        return then(body -> ProfileFields.boundary(body, boundary));
    }

    public ProfileEdit clearBoundaries() {
        return then(body -> ProfileFields.cleared(body, ProfileFields.BOUNDARIES));
    }
}
