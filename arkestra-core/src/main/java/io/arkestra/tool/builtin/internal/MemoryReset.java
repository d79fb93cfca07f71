package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Tier;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code memory.reset}: takes away what is remembered, by what it is and how long it was meant to stay. Nothing of it comes back, so it is
 * counted first and has to be agreed to.
 */
final class MemoryReset {
    private static final int COUNTED = 10_000;

    private MemoryReset() {}

    static Tool tool(Memory memory) {
        ToolSpec spec = ToolSpec.builder("memory.reset")
                .description("Takes away what is remembered about the user, for good: 'all' (memories, conversations,"
                        + " documents), 'vector' (only what meaning is searched by; it is made anew), 'short-term' (what was"
                        + " just learned), 'summary' (summaries of conversations), 'user-data' (facts, notes, summaries and what"
                        + " follows from them). With a level only memories that are meant to stay so long, but for pinned and"
                        + " locked ones.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["scope"],
                         "properties":{"scope":{"enum":["all","vector","short-term","summary","user-data"]},
                           "level":{"enum":["short","temp","long","all"],"description":"all if missing; for the scopes all, summary and user-data"}}}
                        """)
                .result("""
                        {"type":"object","required":["scope","removed"],
                         "properties":{"scope":{"type":"string"},"level":{"type":"string"},"removed":{"type":"integer"}}}
                        """)
                .capability("memory.write")
                .capability("memory.reset")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .idempotent()
                .cost(CostClass.MEDIUM)
                .timeout(Duration.ofMinutes(2))
                .examples("Reset your memory of me", "Сотри всё, что ты обо мне помнишь")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    Extent extent = Extent.of(call.arguments());
                    long removed = extent.reset(memory, context);
                    return ToolResult.of(
                            Words.say(context).say("memory.reset." + extent.scope, removed),
                            Json.object()
                                    .put("scope", extent.scope)
                                    .put("level", extent.level)
                                    .put("removed", removed)
                                    .build());
                })
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "memory")))
                .preparing((call, context) ->
                        Prepared.of(Extent.of(call.arguments()).counted(memory, context)));
    }

    /** What is to go. */
    private record Extent(String scope, String level) {
        static Extent of(Json arguments) {
            String scope = arguments.text("scope");
            String level = arguments.string("level").orElse("all");
            if (!level.equals("all") && (scope.equals("vector") || scope.equals("short-term"))) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "The scope '" + scope + "' has no levels; leave 'level' out, or take the scope user-data");
            }
            return new Extent(scope, level);
        }

        private Optional<Tier> tier() {
            return level.equals("all") ? Optional.empty() : Optional.of(Tier.valueOf(level.toUpperCase(Locale.ROOT)));
        }

        long reset(Memory memory, ToolContext context) {
            Scope user = context.scope();
            if (scope.equals("summary")) {
                long removed = 0;
                for (MemoryRecord summary : summaries(memory, user)) {
                    context.cancellation().throwIfCancelled();
                    removed += memory.forget(user, summary.id()) ? 1 : 0;
                }
                return removed;
            }
            if (scope.equals("short-term")) {
                return memory.clear(user, Tier.SHORT);
            }
            if (scope.equals("vector")) {
                return memory.reset(user, Reset.VECTORS);
            }
            Optional<Tier> tier = tier();
            if (tier.isPresent()) {
                return memory.clear(user, tier.get());
            }
            return memory.reset(user, scope.equals("all") ? Reset.EVERYTHING : Reset.MEMORIES);
        }

        private List<MemoryRecord> summaries(Memory memory, Scope user) {
            return memory.list(user, MemoryKind.SUMMARY, COUNTED).stream()
                    .filter(summary -> tier().isEmpty()
                            || tier().get() == summary.tier() && !summary.pinned() && !summary.locked())
                    .toList();
        }

        /** What would go, counted; up to a bound, for who has more knows that it is much. */
        List<String> counted(Memory memory, ToolContext context) {
            Scope user = context.scope();
            if (scope.equals("vector")) {
                return List.of(Words.say(context).say("effect.memory.reset.vector"));
            }
            Optional<Tier> tier = scope.equals("short-term") ? Optional.of(Tier.SHORT) : tier();
            List<MemoryRecord> memories = scope.equals("summary")
                    ? summaries(memory, user)
                    : memory.list(user, COUNTED).stream()
                            .filter(record -> tier.isEmpty()
                                    || tier.get() == record.tier() && !record.pinned() && !record.locked())
                            .toList();
            String count = number(memories.size());
            if (!scope.equals("all") || tier.isPresent()) {
                return List.of(Words.say(context).say("effect.memory.reset.memories", count));
            }
            int messages = memory.messages(
                            user, Instant.EPOCH, context.clock().instant().plusSeconds(1), COUNTED)
                    .size();
            int documents =
                    memory.documents().list(user, Optional.empty(), 1_000).size();
            return List.of(
                    Words.say(context).say("effect.memory.reset.memories", count),
                    Words.say(context).say("effect.memory.reset.messages", number(messages)),
                    Words.say(context)
                            .say("effect.memory.reset.documents", documents < 1_000 ? "" + documents : "1000+"));
        }

        private static String number(int counted) {
            return counted < COUNTED ? String.valueOf(counted) : COUNTED + "+";
        }
    }
}
