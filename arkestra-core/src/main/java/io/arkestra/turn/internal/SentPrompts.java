package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.persona.internal.ToolBlock;
import io.arkestra.store.Change;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to the senior in running conversations, word for word, so that the next prompt begins with the same text and a backend
 * that keeps evaluated beginnings reads only what is new. Held in memory only; a turn that is not known here is rendered from the log.
 * Whatever an owner deletes makes everything of the owner unknown: no prompt may repeat what was forgotten. Thread-safe.
 */
public final class SentPrompts {
    /** Conversations that are kept; the one that was silent longest goes first. */
    private static final int MOST = 256;

    private static final int PAGE = 500;
    /** Of what is trimmed, this much of each of the user's messages is told on. */
    private static final int EXCERPT = 80;

    private static final int MOST_EXCERPTS = 12;
    /** Where something has to go, a result of a tool keeps one part in so many of the room. */
    private static final int SHARE_OF_RESULT = 4;

    private final DocStore store;
    private final List<String> watched;
    private final Seams seams;
    private final ShortenedResult results;
    private final Map<Key, Conversation> conversations = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Conversation> eldest) {
            return size() > MOST;
        }
    };

    /**
     * Nothing was sent yet.
     *
     * @param watched collections whose texts get into prompts; those that nobody declared are left out
     * @param guard masks what goes to models elsewhere
     */
    public SentPrompts(DocStore store, List<String> watched, Guard guard) {
        this.store = store;
        this.seams = new Seams(guard);
        this.results = new ShortenedResult(seams);
        this.watched = watched.stream()
                .filter(name -> store.declaration(name).isPresent())
                .toList();
    }

    /**
     * The conversation before a turn, as the model is to see it.
     *
     * @param messages oldest first; the beginning is the same as in the prompt before, unless it had to be trimmed
     * @param shown ids of the passages and messages that are in it
     * @param called names of the tools that were called in the conversation, the latest first, also in what was trimmed
     * @param cut whether it was trimmed just now, so that it does not begin as in the prompt before
     */
    record View(List<LlmMessage> messages, Set<String> shown, List<String> called, boolean cut) {
        /** Nothing was said before. */
        static final View EMPTY = new View(List.of(), Set.of(), List.of(), false);

        View {
            messages = List.copyOf(messages);
            shown = Set.copyOf(shown);
            called = List.copyOf(called);
        }

        /** Without the descriptions of tools that are in it. */
        View withoutTools() {
            return new View(ToolBlock.without(messages), shown, called, cut);
        }
    }

    private record Key(UserId user, SessionId session) {}

    private record Sent(List<LlmMessage> messages, Set<String> passages) {}

    private record Part(TurnId turn, List<Message> log, List<LlmMessage> texts, Set<String> passages) {
        long tokens() {
            return ConversationView.tokens(texts);
        }

        /** With long results of tools in part. */
        Part withResultsWithin(long room, ShortenedResult results) {
            Map<String, String> whole = new HashMap<>();
            Set<String> twice = new HashSet<>();
            log.stream()
                    .filter(message -> message.origin() == Origin.TOOL)
                    .forEach(message -> message.detail()
                            .string("call")
                            .filter(call -> whole.putIfAbsent(call, message.text()) != null)
                            .ifPresent(twice::add));
            // Nobody knows any more which of them belongs to which call.
            whole.keySet().removeAll(twice);
            return whole.isEmpty() && twice.isEmpty()
                    ? this
                    : new Part(turn, log, results.within(texts, whole, room), passages);
        }
    }

    private static final class Conversation {
        private final Map<TurnId, Sent> turns = new HashMap<>();
        private final Map<String, Long> seen = new HashMap<>();
        /** The last turn that was trimmed; what follows it is shown. */
        private @Nullable TurnId trimmed;

        private String earlier = "";
        private List<String> tools = List.of();
    }

    /**
     * The view of a conversation. When it has outgrown the room it is cut to two thirds at once, at whole turns, and long results of tools
     * are shown in part: a window that slides by one message would change the beginning of every prompt.
     *
     * @param log the session's messages without the present turn, oldest first
     * @param room tokens that it may take, by our estimate
     */
    synchronized View view(UserId user, SessionId session, List<Message> log, long room) {
        dropWhatWasForgotten(user);
        Conversation conversation = conversations.computeIfAbsent(new Key(user, session), key -> started());
        Map<TurnId, List<Message>> turns = new LinkedHashMap<>();
        log.forEach(message ->
                turns.computeIfAbsent(message.turn(), id -> new ArrayList<>()).add(message));
        conversation.turns.keySet().retainAll(turns.keySet());
        List<Part> parts = new ArrayList<>();
        turns.forEach((turn, messages) -> {
            Sent sent = conversation.turns.get(turn);
            parts.add(new Part(
                    turn,
                    messages,
                    sent != null ? sent.messages() : ConversationView.of(messages, Long.MAX_VALUE),
                    sent != null ? sent.passages() : Set.of()));
            if (turn.equals(conversation.trimmed)) {
                parts.clear();
            }
        });
        boolean cut = trim(conversation, parts, room);
        return assemble(conversation, parts, List.copyOf(ConversationView.called(log)), cut);
    }

    /** Whether something had to go. */
    private boolean trim(Conversation conversation, List<Part> parts, long room) {
        long tokens = parts.stream().mapToLong(Part::tokens).sum();
        if (tokens <= room) {
            return false;
        }
        parts.replaceAll(part -> part.withResultsWithin(room / SHARE_OF_RESULT, results));
        parts.forEach(part -> conversation.turns.put(part.turn(), new Sent(part.texts(), part.passages())));
        tokens = parts.stream().mapToLong(Part::tokens).sum();
        List<String> cut = new ArrayList<>();
        while (tokens > room * 2 / 3 && !parts.isEmpty()) {
            Part oldest = parts.remove(0);
            tokens -= oldest.tokens();
            conversation.turns.remove(oldest.turn());
            conversation.trimmed = oldest.turn();
            oldest.log().stream()
                    .filter(message -> message.origin() == Origin.USER)
                    .forEach(message -> cut.add(excerpt(message.text())));
        }
        conversation.earlier = tell(conversation.earlier, cut);
        return true;
    }

    private static View assemble(Conversation conversation, List<Part> parts, List<String> called, boolean cut) {
        List<LlmMessage> messages = new ArrayList<>();
        Set<String> shown = new HashSet<>();
        for (Part part : parts) {
            messages.addAll(part.texts());
            part.log().forEach(message -> shown.add(message.id()));
            shown.addAll(part.passages());
        }
        if (!conversation.earlier.isEmpty() && !messages.isEmpty()) {
            messages.set(0, messages.get(0).withData(PromptBlocks.EARLIER, Json.of(conversation.earlier)));
        }
        return new View(messages, shown, called, cut);
    }

    /** Names of the tools that the rules in the conversation's prompts describe; empty before the first. */
    synchronized List<String> offered(UserId user, SessionId session) {
        Conversation conversation = conversations.get(new Key(user, session));
        return conversation == null ? List.of() : conversation.tools;
    }

    /** Keeps which tools the rules in the conversation's prompts describe from now on. Descriptions in messages that were sent are dropped. */
    synchronized void offer(UserId user, SessionId session, List<String> tools) {
        Conversation conversation = conversations.computeIfAbsent(new Key(user, session), key -> started());
        conversation.tools = List.copyOf(tools);
        conversation.turns.replaceAll((turn, sent) -> new Sent(ToolBlock.without(sent.messages()), sent.passages()));
    }

    /** Keeps what was sent and answered in a turn that has ended well. */
    synchronized void sent(
            UserId user, SessionId session, TurnId turn, List<LlmMessage> exchange, Set<String> passages) {
        conversations
                .computeIfAbsent(new Key(user, session), key -> started())
                .turns
                .put(turn, new Sent(List.copyOf(exchange), Set.copyOf(passages)));
    }

    /** Drops everything of a user who was erased. */
    public synchronized void forget(UserId user) {
        conversations.keySet().removeIf(key -> key.user().equals(user));
    }

    private Conversation started() {
        Conversation conversation = new Conversation();
        for (String collection : watched) {
            conversation.seen.put(collection, store.lastSequence(collection));
        }
        return conversation;
    }

    private void dropWhatWasForgotten(UserId user) {
        Set<Key> gone = new HashSet<>();
        conversations.forEach((key, conversation) -> {
            if (key.user().equals(user) && deletedSomething(user, conversation)) {
                gone.add(key);
            }
        });
        gone.forEach(conversations::remove);
    }

    private boolean deletedSomething(UserId user, Conversation conversation) {
        for (String collection : watched) {
            long after = conversation.seen.getOrDefault(collection, 0L);
            List<Change> changes;
            do {
                changes = store.changes(collection, Owner.of(user), after, PAGE);
                if (changes.stream().anyMatch(change -> change.kind() != Change.Kind.PUT)) {
                    return true;
                }
                if (!changes.isEmpty()) {
                    after = changes.get(changes.size() - 1).sequence();
                }
            } while (changes.size() == PAGE);
            conversation.seen.put(collection, after);
        }
        return false;
    }

    private String excerpt(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.length() <= EXCERPT) {
            return line;
        }
        return line.substring(0, seams.exactEnd(line, EXCERPT)) + "…";
    }

    /** What was trimmed before and now, the newest kept: a line for each message. */
    private static String tell(String before, List<String> cut) {
        List<String> lines = new ArrayList<>(before.isEmpty() ? List.of() : List.of(before.split("\n")));
        lines.addAll(cut);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_EXCERPTS), lines.size()));
    }
}
