package io.arkestra.onboarding.internal;

import io.arkestra.common.Json;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.text.internal.Language;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How far the getting to know each other has come, as the profile keeps it.
 *
 * @param asking whether the next message is an answer
 * @param passed questions that were answered or skipped
 * @param again whether also what is known is asked
 * @param offered whether it was offered
 * @param language in which it began
 */
record Progress(boolean asking, Set<String> passed, boolean again, boolean offered, String language) {
    static final Progress NONE = new Progress(false, Set.of(), false, false, "en");

    static Progress of(Json profile) {
        return profile.get(ProfileFields.ONBOARDING)
                .map(json -> new Progress(
                        json.bool("asking").orElse(false),
                        new LinkedHashSet<>(
                                json.list("passed").stream().map(Json::asString).toList()),
                        json.bool("again").orElse(false),
                        json.bool("offered").orElse(false),
                        json.string("language").orElse("en")))
                .orElse(NONE);
    }

    Json into(Json profile) {
        Json json = Json.object()
                .put("asking", asking)
                .put("passed", Json.strings(List.copyOf(passed)))
                .put("again", again)
                .put("offered", offered)
                .put("language", language)
                .build();
        return profile.with(ProfileFields.ONBOARDING, json);
    }

    Progress asking(boolean now) {
        return new Progress(now, passed, again && now, offered || now, language);
    }

    Progress past(String step) {
        Set<String> more = new LinkedHashSet<>(passed);
        more.add(step);
        return new Progress(asking, more, again, offered, language);
    }

    Progress restarted() {
        return new Progress(asking, Set.of(), true, true, language);
    }

    Progress afterOffer() {
        return new Progress(asking, passed, again, true, language);
    }

    Progress in(Locale other) {
        return new Progress(asking, passed, again, offered, Language.isRussian(other) ? "ru" : "en");
    }
}
