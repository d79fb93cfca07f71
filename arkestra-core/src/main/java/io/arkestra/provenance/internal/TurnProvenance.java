package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.Provenance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the senior has seen in one turn so far, and what was settled before it saw untrusted words. Thread-safe. */
final class TurnProvenance {
    private static final int MOST_SHOWN = 1 << 20;

    private static final String FRESH = "fresh";
    private static final String STRAYED = "strayed";
    private static final String LOCKED = "locked";
    private static final String PLANNED = "planned";
    /** What is taken for so of a turn of which nothing is kept, but that it had seen untrusted words. */
    static final Json WORST = Json.object().put(FRESH, true).put(STRAYED, true).build();

    /** Sources of words. */
    private final Set<Taint> taints = new TreeSet<>();
    /** Sources of values that were read in quarantine. */
    private final Set<Taint> quarantined = new TreeSet<>();

    private final SaidWords said = new SaidWords();
    /** The user's own words alone. */
    private final SaidWords user = new SaidWords();
    /** Values without words that were read out of untrusted texts: they give no orders, and still nobody vouches for them. */
    private final SaidWords extracted = new SaidWords();
    /** What untrusted sources wrote: a link of theirs tells them nothing when it is opened as it stands. */
    private final SaidWords shown = new SaidWords();

    private final Supplier<Collection<String>> addressBook;
    /** Tools of the plan that was written while nothing untrusted had been seen. */
    private final Set<String> planned = new HashSet<>();
    /** Whether there is such a plan: it is kept to then. */
    private boolean locked;

    private boolean privateRead;
    /** Whether untrusted words came in this very turn, and not only in what was said before it. */
    private boolean fresh;
    /** Whether private data was read after that which nobody had named: by whom the next words are meant is open then. */
    private boolean strayed;

    TurnProvenance(Supplier<Collection<String>> addressBook) {
        this.addressBook = addressBook;
    }

    synchronized void userSaid(String text) {
        said.add(text);
        user.add(text);
    }

    /** Words of untrusted sources. */
    synchronized void shown(String text) {
        if (text.length() <= MOST_SHOWN) {
            shown.add(text);
        }
    }

    /**
     * Something that was there before the turn.
     *
     * @param sources untrusted ones
     * @param texts its words: where they hold values that were read in quarantine, nobody vouches for these
     */
    synchronized void saw(Collection<Taint> sources, boolean isPrivate, String... texts) {
        boolean values = false;
        for (Taint source : sources) {
            boolean value = Quarantined.isValue(source);
            (value ? quarantined : taints).add(source);
            values |= value;
        }
        if (values) {
            for (String text : texts) {
                extracted.add(text);
            }
        }
        privateRead |= isPrivate;
    }

    /** A result: of a clean one that came while nothing untrusted had been seen, the values can be used like the user's own. */
    synchronized void saw(ToolSpec spec, ToolResult result) {
        Set<Taint> sources = new TreeSet<>(result.taints());
        if (spec.capabilities().contains(Effects.QUARANTINED)) {
            sources.addAll(Quarantined.values(result.taints()));
        }
        if (sources.isEmpty() && taints.isEmpty()) {
            said.add(result.text());
            words(result.data(), 0);
        }
        if (!result.taints().stream().allMatch(Quarantined::isValue)) {
            fresh = true;
            shown(result.text());
            shown(result.data().toString());
        }
        saw(sources, Effects.readsPrivate(spec), result.text(), result.data().toString());
    }

    /** What the senior wrote. Before it saw untrusted words, that is as good as the user's word. */
    synchronized void wrote(List<String> plan, List<Call> calls) {
        if (!taints.isEmpty()) {
            return;
        }
        if (!plan.isEmpty()) {
            locked = true;
            planned.addAll(plan);
        }
        for (Call call : calls) {
            planned.add(call.tool());
            words(call.arguments(), 0);
        }
    }

    /**
     * A call as it was written.
     *
     * @param tool name of the tool
     * @param arguments as far as they could be read
     */
    record Call(String tool, Json arguments) {}

    private void words(Json value, int depth) {
        if (depth > 12) {
            return;
        }
        switch (value.kind()) {
            case STRING -> said.add(value.asString());
            case ARRAY -> value.items().forEach(item -> words(item, depth + 1));
            case OBJECT -> value.members().values().forEach(item -> words(item, depth + 1));
            default -> {
                // numbers say nothing
            }
        }
    }

    /** What is kept with all that is made of what was seen. */
    synchronized Set<Taint> taints() {
        return union(quarantined);
    }

    synchronized boolean privateRead() {
        return privateRead;
    }

    /** A call was made that read private data at nobody's wish. */
    synchronized void strayed() {
        strayed = true;
    }

    /** What holds for as long as nobody says anything new, to be kept. */
    synchronized Json soFar() {
        return Json.object()
                .put(FRESH, fresh)
                .put(STRAYED, strayed)
                .put(LOCKED, locked)
                .put(PLANNED, Json.strings(new TreeSet<>(planned)))
                .build();
    }

    /**
     * Goes on where a turn stopped to wait for a person.
     *
     * @param soFar what was kept of it
     * @param asked whether it asked for the very call with which this one goes on: then its plan is the plan
     */
    synchronized void goesOn(Json soFar, boolean asked) {
        fresh |= is(soFar, FRESH);
        strayed |= is(soFar, STRAYED);
        if (asked) {
            locked |= is(soFar, LOCKED);
            soFar.get(PLANNED).filter(Json::isArray).map(Json::items).orElse(List.of()).stream()
                    .filter(Json::isString)
                    .forEach(tool -> planned.add(tool.asString()));
        }
    }

    private static boolean is(Json soFar, String name) {
        return soFar.get(name).filter(Json.TRUE::equals).isPresent();
    }

    /** What is known of a call. All of it is judged by one look into the address book. */
    synchronized Provenance.Observed observed(Action action, ToolSpec spec) {
        Action.Builder told =
                action.toBuilder().taints(union(action.taints())).privateRead(action.privateRead() || privateRead);
        boolean reads = !taints.isEmpty() && Effects.readsPrivate(spec) && !Effects.changes(spec);
        boolean reaches =
                (!taints.isEmpty() || !quarantined.isEmpty()) && (Effects.reaches(spec) || Effects.stands(spec));
        if (!reads && !reaches) {
            return Provenance.Observed.of(told.build());
        }
        Predicate<Destination> known = known();
        Predicate<Destination> vouched = value -> said.hold(value) || known.test(value);
        Destinations.Found found = Destinations.of(action);
        boolean strays = reads && !found.governing().stream().allMatch(vouched);
        Action observed = reaches ? directed(action, told, spec, found, known, vouched) : told.build();
        return new Provenance.Observed(observed, strays);
    }

    /** The same call with its untrusted values, and whether the plan knows it. */
    private Action directed(
            Action action,
            Action.Builder told,
            ToolSpec spec,
            Destinations.Found found,
            Predicate<Destination> known,
            Predicate<Destination> vouched) {
        boolean changes = Effects.changes(spec);
        List<String> untrusted = new ArrayList<>(action.untrustedValues());
        found.destinations().stream()
                .filter(value -> changes || leaks(value))
                .filter(value -> taints.isEmpty()
                        ? isExtracted(value, known)
                        : !vouched.test(value) || isExtracted(value, known))
                .map(Destination::text)
                .filter(value -> !untrusted.contains(value))
                .forEach(untrusted::add);
        told.untrustedValues(untrusted);
        if (changes && !taints.isEmpty()) {
            told.offPlan(action.offPlan() || !isPlanned(spec, found, vouched));
        } else if (Effects.stands(spec) && !taints.isEmpty()) {
            told.offPlan(action.offPlan()
                    || !planned.contains(spec.name())
                            && !StandingWords.of(action.arguments(), spec.arguments()).stream()
                                    .allMatch(this::isUsersWord));
        }
        return told.build();
    }

    /** Whether the user said these words, as a whole. */
    synchronized boolean isUsersWord(String words) {
        return user.hold(new Destination(Destination.Kind.SUBJECT, "", words));
    }

    /**
     * A request that changes nothing goes where its address says. One that a source wrote itself, opened letter by letter, tells the source
     * no more than that it was opened; one that was put together may carry anything.
     */
    private boolean leaks(Destination value) {
        return value.kind() == Destination.Kind.URL && !shown.hold(value);
    }

    /** What the senior wrote after it had read a value does not vouch for the value. */
    private boolean isExtracted(Destination value, Predicate<Destination> known) {
        return !quarantined.isEmpty()
                && (extracted.hold(value) || extracted.holdNumberOf(value))
                && !user.hold(value)
                && !known.test(value);
    }

    private Set<Taint> union(Set<Taint> known) {
        Set<Taint> all = new TreeSet<>(known);
        all.addAll(taints);
        return all;
    }

    /**
     * A plan that was written in time is kept to. Where there is none, the user's own words are the plan: a call is in it when they name all
     * that it goes to, or where it goes to nobody, all that it touches. A name alone is no order to take something away right after a
     * stranger spoke, nor to hand on what was read at nobody's wish.
     */
    private boolean isPlanned(ToolSpec spec, Destinations.Found found, Predicate<Destination> vouched) {
        if (planned.contains(spec.name())) {
            return true;
        }
        List<Destination> governing = found.governing();
        boolean handsOn = governing.stream().anyMatch(TurnProvenance::isReader);
        if (strayed && handsOn || fresh && Effects.takes(spec)) {
            return false;
        }
        return !locked && !governing.isEmpty() && governing.stream().allMatch(vouched);
    }

    /** Whether somebody can read there what a call holds; under a title it may be published. */
    private static boolean isReader(Destination value) {
        return switch (value.kind()) {
            case RECIPIENT, URL, TITLE -> true;
            case PATH, SUBJECT -> false;
        };
    }

    /** Whether the address book knows a value. It is opened once for each call, and only when it is needed. */
    private Predicate<Destination> known() {
        SaidWords known = new SaidWords();
        boolean[] opened = new boolean[1];
        return value -> {
            if (!opened[0]) {
                opened[0] = true;
                addressBook.get().forEach(known::add);
            }
            return known.hold(value);
        };
    }
}
