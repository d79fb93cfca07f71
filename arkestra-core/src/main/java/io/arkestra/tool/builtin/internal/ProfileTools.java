package io.arkestra.tool.builtin.internal;

import io.arkestra.Alias;
import io.arkestra.common.ChannelId;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.people.internal.ProfileTaint;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * {@code alias.add}, {@code alias.set_primary}, {@code profile.set_zone} and {@code profile.set}: each is a change of what is kept about
 * the user, which is worked out before it is made.
 */
final class ProfileTools {
    private final PeopleStore people;
    private final AliasStore aliases;

    private ProfileTools(PeopleStore people, AliasStore aliases) {
        this.people = people;
        this.aliases = aliases;
    }

    static List<Tool> all(PeopleStore people, AliasStore aliases) {
        ProfileTools tools = new ProfileTools(people, aliases);
        return List.of(tools.addAlias(), tools.setName(), tools.setZone(), tools.setProfile());
    }

    private static ToolSpec.Builder changing(String name) {
        return ToolSpec.builder(name)
                .capability("profile.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .result(Words.object(""))
                .idempotent()
                .reversible();
    }

    /** A change of the profile that can be taken back as long as nobody changed it again. */
    private OwnTool change(ToolSpec spec, BiFunction<Json, Json, Json> change, String effect, OwnTool.Calling calling) {
        return OwnTool.of(spec, calling)
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "profile")))
                .preparing((call, context) -> {
                    Json before = people.profile(context.scope().user());
                    Json after = ProfileTaint.changed(before, change.apply(before, call.arguments()), context.taints());
                    return Prepared.effect(Words.say(context).say(effect, values(call)))
                            .withUndo(Json.object()
                                    .put("before", before)
                                    .put("after", after)
                                    .build())
                            .withStateDigest(before.digest());
                })
                .undoing(
                        (prepared, context) -> restore(prepared, context.scope().user(), context))
                .seeing((prepared, context) -> {
                    Json now = people.profile(context.scope().user());
                    boolean changed = !prepared.undo()
                            .get("before")
                            .equals(prepared.undo().get("after"));
                    return Optional.of(now).equals(prepared.undo().get("after"))
                            ? EffectState.PRESENT
                            : changed && Optional.of(now).equals(prepared.undo().get("before"))
                                    ? EffectState.ABSENT
                                    : EffectState.UNKNOWN;
                });
    }

    private static String values(ToolCall call) {
        return call.arguments().members().values().stream()
                .map(value -> value.isString() ? Words.shorten(value.asString()) : value.toString())
                .collect(Collectors.joining(", "));
    }

    private void restore(Prepared prepared, UserId user, ToolContext context) {
        Json before = prepared.undo().get("before").orElseThrow();
        Json after = prepared.undo().get("after").orElseThrow();
        people.restore(user, now -> {
            if (!now.equals(after)) {
                throw new ToolException(
                        ToolException.Reason.CONFLICT, Words.say(context).say("profile.changed"));
            }
            return before;
        });
    }

    private Tool setName() {
        ToolSpec spec = changing("alias.set_primary")
                .description("Remembers how the user wants to be called.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["name"],
                         "properties":{"name":{"type":"string","minLength":1,"maxLength":100}}}
                        """)
                .result(Words.object("\"name\":{\"type\":\"string\"}"))
                .examples("Call me Max", "Зови меня Макс")
                .build();
        OwnTool tool = change(
                spec,
                (profile, arguments) -> ProfileFields.name(profile, arguments.text("name")),
                "effect.alias.primary",
                (call, prepared, context) -> {
                    String name = call.arguments().text("name");
                    aliases.setPrimary(context.scope().user(), name, context.taints());
                    return ToolResult.of(
                            Words.say(context).say("alias.set", name.strip()),
                            Json.object().put("name", name.strip()).build());
                });
        OwnTool profile = change(
                spec,
                (body, arguments) -> ProfileFields.name(body, arguments.text("name")),
                "effect.alias.primary",
                (call, prepared, context) -> ToolResult.text(""));
        return tool.preparing((call, context) -> {
                    Prepared prepared = profile.prepare(call, context);
                    Json undo = prepared.undo();
                    String name = undo.get("after").orElseThrow().text(ProfileFields.NAME);
                    return prepared.withUndo(undo.with("name", Json.of(name))
                            .with("known", Json.of(has(context.scope().user(), name))));
                })
                .undoing((prepared, context) -> {
                    UserId user = context.scope().user();
                    restore(prepared, user, context);
                    if (!prepared.undo().bool("known").orElse(false)) {
                        aliases.remove(user, prepared.undo().text("name"));
                    }
                });
    }

    private boolean has(UserId user, String name) {
        return aliases.all(user).stream().anyMatch(alias -> alias.name().equalsIgnoreCase(name));
    }

    private Tool addAlias() {
        ToolSpec spec = changing("alias.add")
                .description("Adds a name that the user goes by, with the tone or the channels that it is for.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["name"],
                         "properties":{"name":{"type":"string","minLength":1,"maxLength":100},
                           "use":{"enum":["any","formal","informal"]},
                           "channels":{"type":"array","maxItems":20,"items":{"type":"string","minLength":1,"maxLength":64}}}}
                        """)
                .result(Words.object("\"name\":{\"type\":\"string\"}"))
                .examples("At work call me Maxim Petrovich", "На работе зови меня Максим Петрович")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    Alias alias = alias(call.arguments());
                    aliases.add(context.scope().user(), alias, context.taints());
                    return ToolResult.of(
                            Words.say(context).say("alias.added", alias.name()),
                            Json.object().put("name", alias.name()).build());
                })
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "profile")))
                .preparing((call, context) -> {
                    Alias alias = alias(call.arguments());
                    Json.ObjectBuilder undo = Json.object().put("after", written(alias));
                    known(context.scope().user(), alias.name()).ifPresent(old -> undo.put("before", written(old)));
                    return Prepared.effect(Words.say(context).say("effect.alias.add", values(call)))
                            .withUndo(undo.build())
                            .withStateDigest(names(context.scope().user()).digest());
                })
                .undoing((prepared, context) -> {
                    UserId user = context.scope().user();
                    Json after = prepared.undo().get("after").orElseThrow();
                    if (known(user, after.text("name"))
                            .filter(now -> written(now).equals(after))
                            .isEmpty()) {
                        throw new ToolException(
                                ToolException.Reason.CONFLICT,
                                Words.say(context).say("profile.changed"));
                    }
                    Optional<Json> before = prepared.undo().get("before");
                    if (before.isPresent()) {
                        aliases.add(user, alias(before.get()));
                    } else {
                        aliases.remove(user, after.text("name"));
                    }
                })
                .seeing((prepared, context) -> known(
                                        context.scope().user(),
                                        prepared.undo()
                                                .get("after")
                                                .orElseThrow()
                                                .text("name"))
                                .map(ProfileTools::written)
                                .equals(prepared.undo().get("after"))
                        ? EffectState.PRESENT
                        : EffectState.ABSENT);
    }

    private Json names(UserId user) {
        return Json.array(aliases.all(user).stream().map(ProfileTools::written).toList());
    }

    private Optional<Alias> known(UserId user, String name) {
        return aliases.all(user).stream()
                .filter(alias -> alias.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static Alias alias(Json written) {
        String name =
                ProfileFields.name(Json.emptyObject(), written.text("name")).text(ProfileFields.NAME);
        return new Alias(
                name,
                Alias.Use.valueOf(written.string("use").orElse("any").toUpperCase(Locale.ROOT)),
                written.list("channels").stream()
                        .map(channel -> ChannelId.of(channel.asString()))
                        .collect(Collectors.toSet()),
                false);
    }

    private static Json written(Alias alias) {
        return Json.object()
                .put("name", alias.name())
                .put("use", alias.use().name().toLowerCase(Locale.ROOT))
                .put(
                        "channels",
                        Json.strings(alias.channels().stream()
                                .map(ChannelId::value)
                                .sorted()
                                .toList()))
                .build();
    }

    private Tool setZone() {
        ToolSpec spec = changing("profile.set_zone")
                .description("Remembers the user's time zone.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["zone"],
                         "properties":{"zone":{"type":"string","minLength":1,"maxLength":60,
                           "description":"an IANA zone such as Europe/Berlin, or an offset such as UTC+3"}}}
                        """)
                .result(Words.object("\"zone\":{\"type\":\"string\"}"))
                .examples("My time zone is UTC+3", "Моя зона UTC+3")
                .build();
        return change(
                spec,
                (profile, arguments) ->
                        ProfileFields.zone(profile, zone(arguments).getId()),
                "effect.profile.zone",
                (call, prepared, context) -> {
                    ZoneId zone = zone(call.arguments());
                    people.setZone(context.scope().user(), zone);
                    Phrasebook say = Words.say(context);
                    ZonedDateTime local = ZonedDateTime.now(context.clock())
                            .withZoneSameInstant(zone)
                            .withNano(0);
                    return ToolResult.of(
                            say.say("zone.set", zone, say.momentWithDay(local)),
                            Json.object().put("zone", zone.getId()).build());
                });
    }

    private static ZoneId zone(Json arguments) {
        String id = arguments.text("zone");
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "'" + id + "' is no time zone; expected for example Europe/Berlin or UTC+3",
                    e);
        }
    }

    private Tool setProfile() {
        ToolSpec spec = changing("profile.set")
                .description(
                        "Remembers how to speak with the user: familiar or formal address, title, language, tone; a goal; a boundary not to touch.")
                .arguments(SetProfile.ARGUMENTS)
                .result(SetProfile.RESULT)
                .examples(
                        "Be formal",
                        "Говори короче",
                        "Давай на ты",
                        "Answer in English",
                        "Не говори со мной о политике")
                .build();
        return change(spec, SetProfile::changed, "effect.profile.set", (call, prepared, context) -> {
            Json profile = people.change(
                    context.scope().user(), body -> SetProfile.changed(body, call.arguments()), context.taints());
            return ToolResult.of(SetProfile.confirmed(profile, call.arguments(), context), call.arguments());
        });
    }
}
