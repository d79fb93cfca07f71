package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.people.internal.ProfileTaints;
import io.arkestra.text.internal.Language;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.ToolContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The wishes of {@code profile.set}: how they change a profile, and how that is confirmed. */
final class SetProfile {
    private static final List<String> FIELDS = List.of("form", "title", "language", "tone", "goal", "boundary");

    /** Tones that are one of a few values, and no words of anybody. */
    private static final Set<String> TONES = Set.of("brief", "detailed", "formal", "informal", "playful", "serious");

    static final String ARGUMENTS = """
            {"type":"object","additionalProperties":false,"minProperties":1,
             "properties":{
               "form":{"enum":["familiar","formal"]},
               "title":{"type":"string","minLength":1,"maxLength":40},
               "language":{"enum":["auto","en","ru"]},
               "tone":{"type":"string","minLength":1,"maxLength":300,
                 "description":"brief, detailed, formal, informal, playful, serious, or a wish in words"},
               "goal":{"type":"string","minLength":1,"maxLength":300},
               "boundary":{"type":"string","minLength":1,"maxLength":300}}}
            """;

    /** What was remembered, as it was asked for. */
    static final String RESULT = """
            {"type":"object","minProperties":1,
             "properties":{
               "form":{"type":"string"},"title":{"type":"string"},"language":{"type":"string"},
               "tone":{"type":"string"},"goal":{"type":"string"},"boundary":{"type":"string"}}}
            """;

    private SetProfile() {}

    static String confirmed(Json profile, Json wanted, ToolContext context) {
        Locale language = ProfileFields.wantedLanguage(profile).orElse(context.locale());
        Phrasebook say = Phrasebook.of(ProfileFields.isFamiliar(profile) ? Language.familiar(language) : language);
        List<String> lines = new ArrayList<>();
        for (String field : FIELDS) {
            wanted.string(field).ifPresent(value -> lines.add(confirmed(say, field, value)));
        }
        return String.join(" ", lines);
    }

    /** The new profile, with the sources of words that the user did not say. */
    static Json changed(Json body, Json wanted, ToolContext context) {
        return ProfileTaints.marked(
                body,
                changed(body, wanted),
                context.taints(),
                words -> TONES.contains(words) || context.isUsersWord(words));
    }

    private static Json changed(Json body, Json wanted) {
        Json changed = body;
        for (String field : FIELDS) {
            String value = wanted.string(field).orElse("");
            if (!value.isEmpty()) {
                changed = switch (field) {
                    case "form" -> ProfileFields.form(changed, value);
                    case "title" -> ProfileFields.title(changed, value);
                    case "language" -> ProfileFields.language(changed, value);
                    case "tone" -> ProfileFields.tone(changed, value);
                    case "goal" -> ProfileFields.goal(changed, value);
                    default -> ProfileFields.boundary(changed, value);
                };
            }
        }
        return changed;
    }

    private static String confirmed(Phrasebook say, String field, String value) {
        return switch (field) {
            case "form" -> say.say("profile.form." + value);
            case "language" -> say.say("profile.language." + value);
            case "tone" ->
                say.has("profile.tone." + value) ? say.say("profile.tone." + value) : say.say("profile.tone", value);
            default -> say.say("profile." + field, value);
        };
    }
}
