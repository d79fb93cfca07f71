package io.arkestra.tool.builtin.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.text.internal.Language;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code profile.set}: how to speak with the user, what they work towards and what not to touch. */
record SetProfile(PeopleStore people) implements Tool {
    private static final List<String> FIELDS = List.of("form", "title", "language", "tone", "goal", "boundary");

    private static final ToolSpec SPEC = ToolSpec.builder("profile.set")
            .description(
                    "Remembers how to speak with the user: familiar or formal address, title, language, tone; a goal; a boundary not to touch.")
            .arguments("""
                    {"type":"object","additionalProperties":false,"minProperties":1,
                     "properties":{
                       "form":{"enum":["familiar","formal"]},
                       "title":{"type":"string","minLength":1,"maxLength":40},
                       "language":{"enum":["auto","en","ru"]},
                       "tone":{"type":"string","minLength":1,"maxLength":300,
                         "description":"brief, detailed, formal, informal, playful, serious, or a wish in words"},
                       "goal":{"type":"string","minLength":1,"maxLength":300},
                       "boundary":{"type":"string","minLength":1,"maxLength":300}}}
                    """)
            .capability("profile.write")
            .sideEffect(ToolSpec.SideEffect.OWN_DATA)
            .examples("Be formal", "Говори короче", "Давай на ты", "Answer in English", "Не говори со мной о политике")
            .build();

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        return Prepared.effect("Changes how the user is spoken to")
                .withUndo(Json.object()
                        .put(
                                "profile",
                                ProfileFields.forPrompt(
                                        people.profile(context.scope().user())))
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Json wanted = call.arguments();
        Json profile;
        try {
            profile = people.change(context.scope().user(), body -> changed(body, wanted));
        } catch (InvalidInputException e) {
            throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, String.valueOf(e.getMessage()), e);
        }
        Locale language = ProfileFields.wantedLanguage(profile).orElse(context.locale());
        Phrasebook say = Phrasebook.of(ProfileFields.isFamiliar(profile) ? Language.familiar(language) : language);
        List<String> lines = new ArrayList<>();
        for (String field : FIELDS) {
            wanted.string(field).ifPresent(value -> lines.add(confirmed(say, field, value)));
        }
        return ToolResult.text(String.join(" ", lines));
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
