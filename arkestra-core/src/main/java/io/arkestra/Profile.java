package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the engine knows about a user's wishes. Immutable; {@link People#edit} changes it. */
public final class Profile {
    /** How a user is addressed. */
    public enum Address {
        /** By ты, or by the first name. */
        FAMILIAR,
        /** By вы, and with the title. */
        FORMAL
    }

    private final Json fields;
    private final ZoneId standard;

    /** @param standard the zone of users who named none */
    Profile(Json fields, ZoneId standard) {
        this.fields = fields;
        this.standard = standard;
    }

    /** How the user wants to be called where no other alias fits better. */
    public Optional<String> name() {
        return fields.string(ProfileFields.NAME);
    }

    /** The user's time zone; the engine's until the user names one. */
    public ZoneId zone() {
        return PeopleStore.zone(fields).orElse(standard);
    }

    /** How the user wants to be addressed. */
    public Optional<Address> address() {
        return fields.string(ProfileFields.FORM)
                .map(form -> form.equals(ProfileFields.FAMILIAR) ? Address.FAMILIAR : Address.FORMAL);
    }

    /** What goes before the name when the user is not addressed familiarly: "Dr.". */
    public Optional<String> title() {
        return fields.string(ProfileFields.TITLE);
    }

    /** The language to answer in; that of each message until the user names one. */
    public Optional<Locale> language() {
        return ProfileFields.wantedLanguage(fields);
    }

    /** How answers are to sound, the latest wish last. */
    public List<String> tone() {
        return ProfileFields.texts(fields, ProfileFields.TONE);
    }

    /** What the user told to work towards. */
    public List<String> goals() {
        return ProfileFields.texts(fields, ProfileFields.GOALS);
    }

    /** What the assistant must not touch or do. */
    public List<String> boundaries() {
        return ProfileFields.texts(fields, ProfileFields.BOUNDARIES);
    }

    @Override
    public String toString() {
        return "Profile[name=" + name().orElse(null) + ", zone=" + zone() + "]";
    }
}
