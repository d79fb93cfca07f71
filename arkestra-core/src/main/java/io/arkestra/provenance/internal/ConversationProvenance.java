package io.arkestra.provenance.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.UserState;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.Provenance;
import io.arkestra.tool.internal.ToolRunner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Knows for each turn that runs which sources the senior has seen: in the conversation before, in what memory gave, in results of tools.
 * Coarse and sound: a call carries the taints of everything that was in the prompt, whether or not it was used. What a turn wrote keeps them
 * in the log, so that they are there again after a restart; a call of a turn that does not run any more is judged by the log. Thread-safe.
 */
public final class ConversationProvenance implements Provenance {
    /** Member of a message's detail: the user's private data had been read when it was written. */
    public static final String PRIVATE = "private";
    /** Member of a message's detail: what a turn knew by its end of which a call waits, or that went on with one. */
    public static final String SO_FAR = "so_far";

    private final AddressBook addressBook;
    private final BiFunction<UserId, SessionId, List<Message>> log;
    private final Map<TurnId, TurnProvenance> turns = new ConcurrentHashMap<>();
    private final Map<TurnId, Quarantine> quarantines = new ConcurrentHashMap<>();
    private final AtomicLong readings = new AtomicLong();

    /** @param log the newest messages of a session */
    public ConversationProvenance(AddressBook addressBook, BiFunction<UserId, SessionId, List<Message>> log) {
        this.addressBook = addressBook;
        this.log = log;
    }

    /**
     * Something that the senior is told of the user beside the conversation and what was recalled.
     *
     * @param text its words
     * @param taints untrusted sources that they may come from
     */
    public record Told(String text, Set<Taint> taints) {
        public Told {
            taints = Set.copyOf(taints);
        }
    }

    /**
     * A turn begins to be answered.
     *
     * @param message what the user said
     * @param before messages of the session that the senior may see
     * @param recalled what memory gave
     * @param state what earlier conversations left
     * @param around what it is told besides: what is to come, what is known of the user
     */
    public void begin(
            Scope scope,
            TurnId turn,
            String message,
            List<Message> before,
            List<Passage> recalled,
            UserState state,
            List<Told> around) {
        TurnProvenance seen = of(scope, before);
        seen.userSaid(message);
        for (Passage passage : recalled) {
            seen.saw(passage.taints(), true, passage.text());
        }
        seen.saw(state.taints(), !state.isEmpty(), state.toJson().toString());
        for (Told told : around) {
            seen.saw(told.taints(), true, told.text());
        }
        turns.put(turn, seen);
    }

    /**
     * A turn that has begun goes on with a call that waited for a person. Nobody has said anything new, so that it knows what the turn knew
     * that asked, as far as it is kept; until it ends, what is seen and asked in the place of that turn is its own.
     *
     * @param asked the turn that asked, which has ended
     * @param taints untrusted sources that were seen when it asked
     * @param before messages of the session that the senior may see
     */
    public void goesOn(TurnId turn, TurnId asked, Set<Taint> taints, List<Message> before) {
        TurnProvenance seen = turns.get(turn);
        if (seen == null) {
            throw new IllegalStateException("The turn " + turn + " has not begun");
        }
        boolean since = false;
        boolean known = false;
        for (Message earlier : before) {
            boolean itself = earlier.turn().equals(asked);
            since |= itself;
            Json detail = earlier.detail();
            Optional<Json> soFar = since && detail.isObject() ? detail.get(SO_FAR) : Optional.empty();
            if (soFar.filter(Json::isObject).isPresent()) {
                seen.goesOn(soFar.get(), itself);
                known |= itself;
            }
        }
        // A turn that died with its process kept no more than its question.
        seen.saw(taints, !known && !taints.isEmpty());
        if (!known && !taints.isEmpty()) {
            seen.goesOn(TurnProvenance.WORST, false);
        }
        turns.put(asked, seen);
    }

    /** What a turn that runs knows, for the one that goes on after a person has answered. */
    public Json soFar(TurnId turn) {
        TurnProvenance seen = turns.get(turn);
        return seen == null ? Json.emptyObject() : seen.soFar();
    }

    private TurnProvenance of(Scope scope, List<Message> before) {
        TurnProvenance seen = new TurnProvenance(() -> addressBook.entries(scope.user()));
        for (Message earlier : before) {
            if (earlier.origin() == Origin.USER) {
                seen.userSaid(earlier.text());
            } else {
                seen.saw(earlier.taints(), isPrivate(earlier.detail()), earlier.text(), asked(earlier.detail()));
                if (earlier.origin() == Origin.TOOL) {
                    seen.shown(earlier.text());
                }
            }
        }
        return seen;
    }

    /** What the senior asked tools for, with the values that it had read by then. */
    private static String asked(Json detail) {
        return detail.isObject() ? detail.get("tool_calls").map(Json::toString).orElse("") : "";
    }

    private static boolean isPrivate(Json detail) {
        return detail.isObject()
                && detail.get(PRIVATE).filter(Json.TRUE::equals).isPresent();
    }

    /**
     * The senior wrote something.
     *
     * @param plan tools that it means to use
     * @param calls calls that it asks for
     */
    public void wrote(TurnId turn, List<String> plan, List<LlmToolCall> calls) {
        TurnProvenance seen = turns.get(turn);
        if (seen != null) {
            seen.wrote(
                    plan,
                    calls.stream()
                            .map(call -> new TurnProvenance.Call(call.name(), readable(call.arguments())))
                            .toList());
        }
    }

    private static Json readable(String arguments) {
        try {
            return arguments.isBlank() ? Json.emptyObject() : Json.parse(arguments);
        } catch (InvalidInputException e) {
            return Json.emptyObject(); // it is refused with its arguments
        }
    }

    /** A reading whose results the senior of a turn does not see. */
    public final class Quarantine implements AutoCloseable {
        private final TurnId id;
        private final TurnId turn;
        private final Set<Taint> taints = new TreeSet<>();

        private Quarantine(TurnId id, TurnId turn) {
            this.id = id;
            this.turn = turn;
        }

        /** The turn in whose name is read: what is known of the real one holds for it, what it sees stays with it. */
        public TurnId id() {
            return id;
        }

        /** Untrusted sources whose words were read. */
        public synchronized Set<Taint> taints() {
            return new TreeSet<>(taints);
        }

        private synchronized void saw(Set<Taint> sources) {
            taints.addAll(sources);
        }

        @Override
        public void close() {
            quarantines.remove(id);
        }
    }

    /** Begins a reading that the senior of a turn does not see. */
    public Quarantine quarantine(TurnId turn) {
        Quarantine quarantine = new Quarantine(TurnId.of(turn.value() + "-q" + readings.incrementAndGet()), turn);
        quarantines.put(quarantine.id(), quarantine);
        return quarantine;
    }

    /** A turn has ended. */
    public void end(TurnId turn) {
        TurnProvenance seen = turns.remove(turn);
        turns.values().removeIf(other -> other == seen);
    }

    /** Untrusted sources whose words the senior has seen in a turn that runs. */
    public Set<Taint> taints(TurnId turn) {
        TurnProvenance seen = turns.get(turn);
        return seen == null ? Set.of() : seen.taints();
    }

    /** Whether the senior has seen private data of the user in a turn that runs. */
    public boolean privateRead(TurnId turn) {
        TurnProvenance seen = turns.get(turn);
        return seen != null && seen.privateRead();
    }

    /** A detail of a message of a turn that runs, with what its writer had seen. */
    public Json marked(TurnId turn, Json detail) {
        Set<Taint> taints = taints(turn);
        Json marked = taints.isEmpty() ? detail : detail.with(Message.TAINT, strings(taints));
        return privateRead(turn) ? marked.with(PRIVATE, Json.TRUE) : marked;
    }

    private static Json strings(Set<Taint> taints) {
        return Json.strings(taints.stream().map(Taint::toString).toList());
    }

    @Override
    public Observed observed(Action action, ToolRunner.Place place) {
        Optional<ToolSpec> spec = action.tool();
        return spec.isEmpty() ? Observed.of(action) : seen(place).observed(action, spec.get());
    }

    @Override
    public void strayed(ToolRunner.Place place) {
        TurnProvenance running = running(place);
        if (running != null) {
            running.strayed();
        }
    }

    /** What was read in quarantine counts for the turn in whose name it was. */
    private @Nullable TurnProvenance running(ToolRunner.Place place) {
        Quarantine quarantine = quarantines.get(place.turn());
        return turns.get(quarantine == null ? place.turn() : quarantine.turn);
    }

    /** Of a turn that runs, else as the log tells it: a call that waited for a person goes on after a restart. */
    private TurnProvenance seen(ToolRunner.Place place) {
        TurnProvenance running = running(place);
        if (running != null) {
            return running;
        }
        return of(
                place.scope(),
                place.scope()
                        .session()
                        .map(session -> log.apply(place.scope().user(), session))
                        .orElse(List.of()));
    }

    @Override
    public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {
        Quarantine quarantine = quarantines.get(place.turn());
        TurnProvenance seen = running(place);
        if (quarantine != null) {
            quarantine.saw(result.taints());
        }
        if (seen != null && quarantine == null) {
            seen.saw(spec, result);
        } else if (seen != null) {
            // A number can be as private as a page.
            seen.saw(Set.of(), Effects.readsPrivate(spec));
        }
    }

    @Override
    public Set<Taint> taints(ToolRunner.Place place) {
        return seen(place).taints();
    }

    @Override
    public boolean isUsersWord(ToolRunner.Place place, String words) {
        return seen(place).isUsersWord(words);
    }
}
