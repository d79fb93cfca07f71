package io.arkestra.tool.builtin.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.Prepared;
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

/** {@code alias.set_primary}, {@code profile.set_zone} and {@code profile.set}. */
final class ProfileTools {
    private ProfileTools() {}

    static List<Tool> all(PeopleStore people, AliasStore aliases) {
        return List.of(new SetName(people, aliases), new SetZone(people), new SetProfile(people));
    }

    private record SetName(PeopleStore people, AliasStore aliases) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("alias.set_primary")
                .description("Remembers how the user wants to be called.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["name"],
                         "properties":{"name":{"type":"string","minLength":1,"maxLength":100}}}
                        """)
                .capability("profile.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("Call me Max", "Зови меня Макс")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("Sets the user's name")
                    .withUndo(Json.object()
                            .putIfPresent("name", people.name(context.scope().user()))
                            .build());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            String name = call.arguments().text("name");
            try {
                aliases.setPrimary(context.scope().user(), name);
            } catch (InvalidInputException e) {
                throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, String.valueOf(e.getMessage()), e);
            }
            return ToolResult.text(Phrasebook.of(context.locale()).say("alias.set", name.strip()));
        }
    }

    private record SetZone(PeopleStore people) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("profile.set_zone")
                .description("Remembers the user's time zone.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["zone"],
                         "properties":{"zone":{"type":"string","minLength":1,"maxLength":60,
                           "description":"an IANA zone such as Europe/Berlin, or an offset such as UTC+3"}}}
                        """)
                .capability("profile.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("My time zone is UTC+3", "Моя зона UTC+3")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("Sets the user's time zone")
                    .withUndo(Json.object()
                            .putIfPresent(
                                    "zone", people.zone(context.scope().user()).map(ZoneId::getId))
                            .build());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            String id = call.arguments().text("zone");
            ZoneId zone;
            try {
                zone = ZoneId.of(id);
            } catch (DateTimeException e) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "'" + id + "' is no time zone; expected for example Europe/Berlin or UTC+3",
                        e);
            }
            people.setZone(context.scope().user(), zone);
            Phrasebook say = Phrasebook.of(context.locale());
            ZonedDateTime local =
                    ZonedDateTime.now(context.clock()).withZoneSameInstant(zone).withNano(0);
            return ToolResult.text(say.say("zone.set", zone, say.momentWithDay(local)));
        }
    }
}
