package io.arkestra.memory.recall.internal;

import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A part of a session, with as much around it as windows need. What is worth recalling is what somebody said: not tool results,
 * not answers that only quote memory, and not the questions that such answers were given to, since both would be found instead of
 * what they are about.
 */
public final class SessionStretch {
    /** A window reaches this many messages to either side. */
    static final int REACH = 2;

    private static final int PAGE = 32;
    /** Whoever is touched changes the windows of REACH neighbours, which in turn reach as far again. */
    private static final int MARGIN = 2 * REACH;

    private final List<Message> messages;
    private final List<Message> worthy;

    private SessionStretch(List<Message> messages) {
        this.messages = messages;
        Set<String> lookups = new HashSet<>();
        for (Message message : messages) {
            if (isDerived(message)) {
                lookups.add(message.turn().value());
            }
        }
        this.worthy =
                messages.stream().filter(message -> isWorthy(message, lookups)).toList();
    }

    /** Whether it only quotes memory. */
    public static boolean isDerived(Message message) {
        return message.origin() == Origin.ASSISTANT
                && message.detail().isObject()
                && message.detail()
                        .get("derived")
                        .filter(io.arkestra.common.Json::isBoolean)
                        .isPresent()
                && message.detail().get("derived").get().asBoolean();
    }

    private static boolean isWorthy(Message message, Set<String> lookups) {
        boolean lookup = lookups.contains(message.turn().value());
        return switch (message.origin()) {
            case USER -> !(lookup && QuestionForm.isQuestion(message.text()));
            case ASSISTANT -> !isDerived(message);
            default -> false;
        };
    }

    /** Loads the messages from one ordinal to another and what lies around them. */
    public static SessionStretch load(
            DocTransaction transaction, Owner owner, String session, long first, long last, Consumer<String> broken) {
        Loader loader = new Loader(transaction, owner, session, broken);
        List<Message> all = new ArrayList<>(loader.side(Filter.lt("ordinal", first), false));
        Collections.reverse(all);
        all.addAll(loader.all(Filter.and(Filter.gte("ordinal", first), Filter.lte("ordinal", last))));
        all.addAll(loader.side(Filter.gt("ordinal", last), true));
        return new SessionStretch(List.copyOf(all));
    }

    private record Loader(DocTransaction transaction, Owner owner, String session, Consumer<String> broken) {
        List<Message> all(Filter range) {
            return load(range, true, messages -> false);
        }

        /** Enough messages for the margin, not counting those that share a turn with either end. */
        List<Message> side(Filter range, boolean ascending) {
            return load(range, ascending, messages -> {
                String near = messages.get(0).turn().value();
                String far = messages.get(messages.size() - 1).turn().value();
                return new SessionStretch(messages)
                                .worthy.stream()
                                        .filter(message -> !message.turn()
                                                        .value()
                                                        .equals(near)
                                                && !message.turn().value().equals(far))
                                        .count()
                        >= MARGIN;
            });
        }

        private List<Message> load(Filter range, boolean ascending, Predicate<List<Message>> enough) {
            List<Message> messages = new ArrayList<>();
            DocQuery query = DocQuery.where(Filter.and(Filter.eq("session", session), range))
                    .limit(PAGE);
            query = ascending ? query.ascending("ordinal") : query.descending("ordinal");
            while (true) {
                var page = transaction.find(Message.COLLECTION.name(), owner, query);
                for (Doc doc : page.docs()) {
                    Messages.readable(doc, broken).forEach(messages::add);
                }
                if (page.next().isEmpty() || !messages.isEmpty() && enough.test(messages)) {
                    return messages;
                }
                query = query.after(page.next().get());
            }
        }
    }

    /** Messages whose place in the index a change of these ordinals may alter, themselves included. */
    public Collection<Message> affectedBy(Set<Long> ordinals) {
        Set<String> turns = new HashSet<>();
        for (Message message : messages) {
            if (ordinals.contains(message.ordinal())) {
                turns.add(message.turn().value());
            }
        }
        Set<Integer> places = new TreeSet<>();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (ordinals.contains(message.ordinal())
                    || turns.contains(message.turn().value())) {
                places.add(i);
                around(i, places);
            }
        }
        return places.stream().map(messages::get).toList();
    }

    private void around(int place, Set<Integer> places) {
        int before = 0;
        for (int i = place - 1; i >= 0 && before < REACH; i--) {
            if (isWorthy(messages.get(i))) {
                places.add(i);
                before++;
            }
        }
        int after = 0;
        for (int i = place + 1; i < messages.size() && after < REACH; i++) {
            if (isWorthy(messages.get(i))) {
                places.add(i);
                after++;
            }
        }
    }

    /** All that are worth recalling, in order. */
    List<Message> worthy() {
        return worthy;
    }

    public boolean isWorthy(Message message) {
        return Collections.binarySearch(worthy, message, java.util.Comparator.comparingLong(Message::ordinal)) >= 0;
    }

    /** All messages, worth recalling or not, in order. */
    public List<Message> all() {
        return messages;
    }

    /** What was last said before a message that is worth recalling, as far as that is. */
    public Optional<Message> previous(Message message) {
        int place = Collections.binarySearch(worthy, message, java.util.Comparator.comparingLong(Message::ordinal));
        return place > 0 ? Optional.of(worthy.get(place - 1)) : Optional.empty();
    }

    /** A message that is worth recalling, with its neighbours. */
    List<Message> window(Message message) {
        int place = Collections.binarySearch(worthy, message, java.util.Comparator.comparingLong(Message::ordinal));
        return worthy.subList(Math.max(0, place - REACH), Math.min(worthy.size(), place + REACH + 1));
    }
}
