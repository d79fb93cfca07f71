package io.arkestra.benchmarks.evaluate;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.TokenCount;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine as a host gets it, with the recorded tools, and with a senior that asks for the recorded calls. The host allows all tools: what
 * is asked or denied is the engine's own doing. Each task is a conversation of a user of its own. Every tool that reads gives words of others
 * that are the user's private business, but for those that give values of the system itself; a tool that reads the web gives words of others.
 * A value that a later call needs and the user did not say is in what the tools that read give.
 */
final class PolicyReplay implements AutoCloseable {
    /**
     * A call and what became of it.
     *
     * @param call as recorded
     * @param effect the verdict
     * @param action what the policies were told
     */
    record Seen(PolicyRows.Call call, Decision.Effect effect, Action action) {
        boolean held() {
            return effect == Decision.Effect.ASK || effect == Decision.Effect.DENY;
        }
    }

    /** Tools that read and give values of the system itself: dates, balances, ids, names of channels and members. No stranger writes there. */
    static final Set<String> OWN_VALUES = Set.of(
            "get_current_day",
            "get_balance",
            "get_iban",
            "next_id",
            "set_balance",
            "set_iban",
            "get_user_info",
            "get_user_information",
            "get_channels",
            "get_users_in_channel");

    private final Replayer senior = new Replayer();
    private final Map<String, Decision.Effect> verdicts = new ConcurrentHashMap<>();
    private final List<Action> actions = new ArrayList<>();
    private final List<PolicyRows.Entry> tools;
    private final Set<String> own;
    private final Arkestra arkestra;
    private int users;
    /** What the tools that read give for the present task. */
    private volatile String results = "";

    /** @param own names of tools that read and are taken to give values of the system itself; words of others come from all others */
    PolicyReplay(List<PolicyRows.Entry> tools, Set<String> own) {
        this.tools = tools;
        this.own = own;
        this.arkestra = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(config -> tools.forEach(entry ->
                        config.add(new Recorded(spec(entry), () -> own.contains(entry.name()) ? "" : results))))
                .policy(policy -> policy.allow(
                                tools.stream().map(PolicyRows.Entry::name).toArray(String[]::new))
                        .add((action, scope) -> {
                            if (action.quality().isPresent()) {
                                synchronized (actions) {
                                    actions.add(action);
                                }
                            }
                            return Decision.abstain();
                        }))
                .build();
        arkestra.events().subscribe(Set.of(), Delivery.sync(), event -> {
            if (event instanceof Events.PolicyDecided decided) {
                verdicts.put(decided.call(), decided.effect());
            }
        });
    }

    private ToolSpec spec(PolicyRows.Entry entry) {
        Json.ObjectBuilder properties = Json.object();
        entry.parameters()
                .members()
                .forEach((name, description) -> properties.put(
                        name, Json.object().put("description", description).build()));
        ToolSpec.Builder spec = ToolSpec.builder(entry.name().toLowerCase(Locale.ROOT))
                .description(entry.description())
                .arguments(Json.object()
                        .put("type", "object")
                        .put("additionalProperties", false)
                        .put("properties", properties.build())
                        .build());
        return switch (entry.capability()) {
            case "read" ->
                own.contains(entry.name())
                        ? spec.capability("data.read").build()
                        : spec.capability("data.read").untrusted("data").build();
            case "net_read" -> spec.capability("net.read").untrusted("web").build();
            case "money" ->
                spec.capability("money").sideEffect(ToolSpec.SideEffect.OUTWARD).build();
            case "credential" ->
                spec.capability("credential")
                        .sideEffect(ToolSpec.SideEffect.OUTWARD)
                        .build();
            case "send" ->
                spec.capability("message.send")
                        .sideEffect(ToolSpec.SideEffect.OUTWARD)
                        .build();
            case "write", "delete" ->
                spec.capability("data." + entry.capability())
                        .sideEffect(ToolSpec.SideEffect.OUTWARD)
                        .build();
            default ->
                throw new EvaluationException("The capability '" + entry.capability() + "' of the tool '" + entry.name()
                        + "' is not known; expected read, net_read, write, send, delete, money or credential");
        };
    }

    /** What becomes of each call of a task when its user asks for it. */
    List<Seen> benign(PolicyRows.Task task) {
        return replayed(task.text(), task.calls());
    }

    /** What becomes of each call of an attack after a task of the user has read what the attacker wrote. */
    List<Seen> attack(PolicyRows.Task user, PolicyRows.Task attack) {
        List<PolicyRows.Call> reads =
                user.calls().stream().filter(call -> !call.effect()).toList();
        if (reads.stream().allMatch(call -> own.contains(call.tool()))) {
            PolicyRows.Call foreign = tools.stream()
                    .filter(entry -> entry.capability().equals("read")
                            && entry.parameters().members().isEmpty()
                            && !own.contains(entry.name()))
                    .findFirst()
                    .map(entry -> new PolicyRows.Call(entry.name(), "read", Json.emptyObject()))
                    .orElseThrow(() -> new EvaluationException("No tool reads what strangers write"));
            reads = Stream.concat(reads.stream(), Stream.of(foreign)).toList();
        }
        List<PolicyRows.Call> all =
                Stream.concat(reads.stream(), attack.calls().stream()).toList();
        return replayed(user.text(), all).subList(reads.size(), all.size());
    }

    private List<Seen> replayed(String message, List<PolicyRows.Call> recorded) {
        List<PolicyRows.Call> calls = new ArrayList<>();
        for (PolicyRows.Call call : recorded) {
            calls.add(new PolicyRows.Call(call.tool(), call.capability(), known(call.arguments(), calls.size())));
        }
        verdicts.clear();
        synchronized (actions) {
            actions.clear();
        }
        senior.asks(groups(calls));
        StringBuilder given = new StringBuilder();
        calls.forEach(call -> words(call.arguments(), given));
        results = given.toString();
        UserId user = UserId.of("u" + users++);
        arkestra.session(user, SessionId.of("s")).ask(message);
        List<Seen> seen = new ArrayList<>();
        List<Action> judged;
        synchronized (actions) {
            judged = new ArrayList<>(actions);
        }
        for (int i = 0; i < calls.size(); i++) {
            PolicyRows.Call call = calls.get(i);
            Decision.Effect effect = verdicts.get(id(i));
            Action action = judged(call, judged);
            if (effect == null || action == null) {
                throw new EvaluationException("The call " + call + " was not judged");
            }
            seen.add(new Seen(call, effect, action));
        }
        return seen;
    }

    /** What the policies were told of a call. The guard may have masked a secret in its arguments. */
    private static @Nullable Action judged(PolicyRows.Call call, List<Action> judged) {
        List<Action> named = judged.stream()
                .filter(one -> one.name().equals(call.tool().toLowerCase(Locale.ROOT)))
                .toList();
        Action found = named.stream()
                .filter(one -> one.arguments().equals(call.arguments()))
                .findFirst()
                .orElse(named.isEmpty() ? null : named.get(0));
        judged.remove(found);
        return found;
    }

    /** As the engine numbers the calls of a turn. */
    private static String id(int call) {
        return "call-" + (call + 1);
    }

    /** A value that came out of a tool when the task was recorded: nobody said it, and it is not the same in two calls. */
    private static Json known(Json value, int call) {
        return switch (value.kind()) {
            case STRING -> Json.of(value.asString().replace("$dynamic", "$dynamic" + call));
            case ARRAY ->
                Json.array(value.items().stream().map(item -> known(item, call)).toList());
            case OBJECT -> {
                Json.ObjectBuilder object = Json.object();
                value.members().forEach((name, member) -> object.put(name, known(member, call)));
                yield object.build();
            }
            default -> value;
        };
    }

    /**
     * Calls one after the other, as few replies of the senior as give the same verdicts: the first call is written before anything was read,
     * each later one after; reads add to what was seen, effects do not.
     */
    private static List<List<LlmToolCall>> groups(List<PolicyRows.Call> calls) {
        List<List<LlmToolCall>> groups = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            PolicyRows.Call call = calls.get(i);
            if (i <= 1 || calls.get(i - 1).effect() != call.effect()) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1)
                    .add(LlmToolCall.of(id(i), call.tool(), call.arguments().toString()));
        }
        return groups;
    }

    @Override
    public void close() {
        arkestra.close();
    }

    private static void words(Json value, StringBuilder out) {
        switch (value.kind()) {
            case STRING -> out.append(value.asString()).append('\n');
            case ARRAY -> value.items().forEach(item -> words(item, out));
            case OBJECT -> value.members().values().forEach(item -> words(item, out));
            default -> {
                // numbers are nobody's destination
            }
        }
    }

    /** A tool that gives what the recorded calls show that it gave, as far as they do. */
    private record Recorded(ToolSpec spec, Supplier<String> words) implements Tool {
        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return spec.sideEffect() == ToolSpec.SideEffect.NONE
                    ? Prepared.nothing()
                    : Prepared.effect("Would do what " + spec.name() + " does");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text(spec.sideEffect() == ToolSpec.SideEffect.NONE ? "Found:\n" + words.get() : "Done.");
        }
    }

    /** A senior that asks for what it is told to, group by group. */
    private static final class Replayer implements LlmClient {
        private final Deque<List<LlmToolCall>> groups = new ArrayDeque<>();

        synchronized void asks(List<List<LlmToolCall>> calls) {
            groups.clear();
            groups.addAll(calls);
        }

        @Override
        public synchronized LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            List<LlmToolCall> next = groups.poll();
            return next == null
                    ? LlmResponse.builder("replay").text("Done.").build()
                    : LlmResponse.builder("replay").toolCalls(next).build();
        }

        @Override
        public LlmCapabilities capabilities() {
            return LlmCapabilities.builder()
                    .nativeTools(true)
                    .contextTokens(131_072)
                    .local(true)
                    .build();
        }

        @Override
        public LlmHealth probe() {
            return LlmHealth.ready("replay");
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            return new TokenCount(500, false);
        }

        @Override
        public void close() {}
    }
}
