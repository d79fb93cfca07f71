package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.TokenCount;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a model sees of a conversation: whole turns, the newest that fit, valid whatever the log holds. Every tool call in it is
 * answered right after the message that asked for it, every answer has its call. The log itself is never changed.
 */
public final class ConversationView {
    /** Tokens that a message takes besides its text. */
    private static final long OVERHEAD = 4;

    private ConversationView() {}

    /**
     * The view.
     *
     * @param log messages of one session, oldest first
     * @param tokenBudget how many tokens it may take, by our estimate; turns that do not fit are left out, the oldest first
     */
    public static List<LlmMessage> of(List<Message> log, long tokenBudget) {
        Map<TurnId, List<Message>> turns = new LinkedHashMap<>();
        for (Message message : log) {
            turns.computeIfAbsent(message.turn(), id -> new ArrayList<>()).add(message);
        }
        List<List<Message>> ordered = new ArrayList<>(turns.values());
        Deque<List<LlmMessage>> kept = new ArrayDeque<>();
        long left = tokenBudget;
        for (int i = ordered.size() - 1; i >= 0; i--) {
            List<LlmMessage> turn = valid(ordered.get(i));
            long cost = tokens(turn);
            if (cost > left) {
                break;
            }
            left -= cost;
            kept.addFirst(turn);
        }
        return kept.stream().flatMap(List::stream).toList();
    }

    /** Tokens of messages, by our estimate. */
    public static long tokens(List<LlmMessage> messages) {
        long tokens = 0;
        for (LlmMessage message : messages) {
            tokens += TokenCount.estimate(message.rendered()).tokens() + OVERHEAD;
            for (LlmToolCall call : message.toolCalls()) {
                tokens += TokenCount.estimate(call.name() + call.arguments()).tokens() + OVERHEAD;
            }
        }
        return tokens;
    }

    private static List<LlmMessage> valid(List<Message> turn) {
        Map<String, String> answers = new HashMap<>();
        for (Message message : turn) {
            if (message.origin() == Origin.TOOL) {
                string(message.detail(), "call").ifPresent(id -> answers.putIfAbsent(id, message.text()));
            }
        }
        List<LlmMessage> view = new ArrayList<>();
        for (Message message : turn) {
            switch (message.origin()) {
                case USER -> view.add(LlmMessage.user(message.text()));
                case ASSISTANT -> addAssistant(view, message, answers);
                case TOOL, SYSTEM -> {
                    // Tool answers follow their calls; the system's own remarks are not for models.
                }
            }
        }
        return view;
    }

    /** Names of the tools that were called, the latest first. */
    static Set<String> called(List<Message> log) {
        Set<String> called = new LinkedHashSet<>();
        for (int i = log.size() - 1; i >= 0; i--) {
            asked(log.get(i)).forEach(call -> string(call, "name").ifPresent(called::add));
        }
        return called;
    }

    /** The calls that a message asks for. */
    private static List<Json> asked(Message message) {
        return message.detail()
                .get("tool_calls")
                .filter(Json::isArray)
                .map(Json::items)
                .orElse(List.of());
    }

    private static void addAssistant(List<LlmMessage> view, Message message, Map<String, String> answers) {
        List<LlmToolCall> calls = new ArrayList<>();
        for (Json call : asked(message)) {
            String id = string(call, "id").orElse("");
            if (answers.containsKey(id)
                    && calls.stream().noneMatch(other -> other.id().equals(id))) {
                calls.add(LlmToolCall.of(
                        id,
                        string(call, "name").orElse(""),
                        string(call, "arguments").orElse("{}")));
            }
        }
        if (calls.isEmpty()) {
            if (!message.text().isEmpty()) {
                view.add(LlmMessage.assistant(message.text()));
            }
            return;
        }
        view.add(LlmMessage.assistant(message.text(), calls));
        for (LlmToolCall call : calls) {
            view.add(LlmMessage.tool(call.id(), String.valueOf(answers.remove(call.id()))));
        }
    }

    /** A damaged entry must not take the conversation with it. */
    private static Optional<String> string(Json json, String key) {
        return json.isObject() ? json.get(key).filter(Json::isString).map(Json::asString) : Optional.empty();
    }
}
