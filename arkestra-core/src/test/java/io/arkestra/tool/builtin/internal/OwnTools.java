package io.arkestra.tool.builtin.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.internal.ToolArguments;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The built-in tools on a home of their own in files, each call as the engine makes it: schema, targets, prepare, call, result schema. */
final class OwnTools implements AutoCloseable {
    static final Scope ALICE = Scope.of(UserId.of("alice"));

    final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    final Arkestra engine;
    final DurableReminders reminders;
    final TaskStore tasks;
    final Map<String, Tool> tools;
    private final ToolArguments arguments = new ToolArguments(SchemaValidator.create());
    private int calls;

    OwnTools(Path home) {
        this(home, builder -> {});
    }

    /** @param choices what else the engine is made with */
    OwnTools(Path home, Consumer<ArkestraBuilder> choices) {
        ArkestraBuilder builder = Arkestra.builder().home(home).clock(clock);
        choices.accept(builder);
        engine = builder.build();
        reminders = (DurableReminders) engine.schedule();
        tasks = new TaskStore(engine.store(), reminders);
        PeopleStore people = new PeopleStore(engine.store());
        tools =
                BuiltInTools.all(engine.memory(), reminders, tasks, people, new AliasStore(engine.store(), people))
                        .stream()
                        .collect(Collectors.toMap(tool -> tool.spec().name(), Function.identity()));
    }

    /** A call that can be looked at before it is made and taken back after. */
    final class Made {
        final Tool tool;
        final ToolCall call;
        final ToolContext context;
        final List<Target> targets;
        final Prepared prepared;

        private Made(Tool tool, ToolCall call, ToolContext context) {
            this.tool = tool;
            this.call = call;
            this.context = context;
            targets = tool.targets(call, context);
            prepared = tool.prepare(call, context);
        }

        ToolResult run() {
            ToolResult result = tool.call(call, prepared, context);
            tool.spec()
                    .result()
                    .ifPresent(schema -> assertEquals(
                            List.of(), SchemaValidator.create().compile(schema).validate(result.data())));
            return result;
        }

        void undo() {
            tool.undo(prepared, context);
        }

        EffectState state() {
            return tool.state(call, prepared, context);
        }
    }

    Made prepare(String name, String json) {
        return prepare(name, json, Locale.ENGLISH, ALICE);
    }

    Made prepare(String name, String json, Locale locale, Scope scope) {
        Tool tool = tools.get(name);
        ToolArguments.Checked checked = arguments.check(tool.spec(), json);
        if (checked instanceof ToolArguments.Invalid invalid) {
            throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, invalid.forModel());
        }
        Json valid = ((ToolArguments.Valid) checked).arguments();
        return new Made(tool, ToolCall.of("call-" + calls++, name, valid), new At(scope, locale, clock));
    }

    ToolResult run(String name, String json) {
        return prepare(name, json).run();
    }

    /** The id in what a call gave. */
    String made(String name, String json) {
        return run(name, json).data().text("id");
    }

    record At(Scope scope, Locale locale, Clock clock) implements ToolContext {
        @Override
        public Optional<TurnId> turn() {
            return Optional.empty();
        }

        @Override
        public Cancellation cancellation() {
            return new CancellationSource();
        }

        @Override
        public Instant deadline() {
            return clock.instant().plusSeconds(30);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
