package io.arkestra.memory.dataset.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.session.internal.Transcript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One turn of a conversation.
 *
 * @param asked the user's message
 * @param answers what followed in the same turn: what the assistant said and what its tools gave, in order
 */
record Exchange(Message asked, List<Message> answers) {
    Exchange {
        answers = List.copyOf(answers);
    }

    /** The turns of a conversation, in order; what the user did not begin is left out. */
    static List<Exchange> of(List<Message> conversation) {
        List<Exchange> exchanges = new ArrayList<>();
        Message asked = null;
        List<Message> answers = new ArrayList<>();
        for (Message message : conversation) {
            if (message.origin() == Origin.USER) {
                if (asked != null) {
                    exchanges.add(new Exchange(asked, answers));
                }
                asked = message;
                answers = new ArrayList<>();
            } else if (asked != null && message.turn().equals(asked.turn())) {
                answers.add(message);
            }
        }
        if (asked != null) {
            exchanges.add(new Exchange(asked, answers));
        }
        return exchanges;
    }

    /** Whether the turn was cut off before its answer was whole. */
    boolean isCutOff() {
        return answers.isEmpty()
                || answers.stream().anyMatch(message -> member(message, "ended").isPresent());
    }

    /**
     * Whether a model may learn to answer so: an answer in words at the end, each call of a tool with an object of arguments and its
     * result, and nothing that only repeats what memory gave.
     */
    boolean isExample() {
        if (isCutOff() || asked.text().isBlank() || answers.stream().anyMatch(Transcript::isDerived)) {
            return false;
        }
        Message last = answers.get(answers.size() - 1);
        if (last.origin() != Origin.ASSISTANT
                || last.text().isBlank()
                || !calls(last).isEmpty()) {
            return false;
        }
        Set<String> open = new HashSet<>();
        for (Message message : answers) {
            if (message.origin() == Origin.ASSISTANT) {
                if (!open.isEmpty()
                        || !calls(message).stream().allMatch(call -> isWhole(call) && open.add(call.text("id")))) {
                    return false;
                }
            } else if (message.origin() != Origin.TOOL || !open.remove(call(message))) {
                return false;
            }
        }
        return open.isEmpty();
    }

    private static boolean isWhole(Json call) {
        return call.isObject()
                && call.string("id").isPresent()
                && call.string("name").isPresent()
                && arguments(call).isPresent();
    }

    /** The calls of tools that the assistant asks for in a message. */
    static List<Json> calls(Message message) {
        return member(message, "tool_calls")
                .filter(Json::isArray)
                .map(Json::items)
                .orElse(List.of());
    }

    /** The id of the call that a tool's result answers. */
    static String call(Message message) {
        return member(message, "call")
                .filter(Json::isString)
                .map(Json::asString)
                .orElse("");
    }

    /** The arguments of a call; empty when the model did not write an object. */
    static Optional<Json> arguments(Json call) {
        try {
            return call.string("arguments").map(Json::parse).filter(Json::isObject);
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    /** What the junior decided; empty when the engine did not keep it. */
    Optional<Json> report() {
        return answers.stream()
                .flatMap(message -> member(message, "junior").stream())
                .filter(Json::isObject)
                .findFirst();
    }

    /** The time, zone and language that the junior knew. */
    Json env() {
        return answers.stream()
                .flatMap(message -> member(message, "env").stream())
                .filter(Json::isObject)
                .findFirst()
                .orElse(Json.emptyObject());
    }

    private static Optional<Json> member(Message message, String name) {
        return message.detail().isObject() ? message.detail().get(name) : Optional.empty();
    }
}
