package io.arkestra.benchmarks.llm;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Session;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How much of ten prompts a server that keeps what it has evaluated has to evaluate: all that comes after the longest beginning that a
 * prompt has in common with the one before. A byte of UTF-8 counts as a token. The prompts of a whole engine are beside the same contents
 * in the order in which they are often put: what changes first, and a window that slides.
 *
 * <pre>prompts</pre>
 */
public final class PromptComparison {
    /** So that all tools fit into the rules: layouts are compared, and not the choice of tools, which may change from turn to turn. */
    private static final String[] LEFT_OUT = {
        "content.extract",
        "memory.forget",
        "memory.lock",
        "memory.pin",
        "memory.remember",
        "memory.reset",
        "note.delete",
        "note.update",
        "task.complete",
        "task.create",
        "task.delete",
        "task.link",
        "task.list",
        "task.update"
    };

    /** Messages of conversation in a window that slides. */
    private static final int WINDOW = 10;

    private static final int EVERYTHING = 1_000;
    private static final String ANSWER = "{\"text\": \"I have noted that.\", \"memory\": []}";

    private static final List<String> TURNS = List.of(
            "My bike is red",
            "I live in Tartu",
            "What colour is my bike?",
            "I like tea",
            "Where do I live?",
            "I have a cat",
            "It is called Mia",
            "What is my cat called?",
            "I work at a bakery",
            "Thanks");

    /**
     * What ten prompts came to.
     *
     * @param sent bytes of all prompts
     * @param evaluated those that did not stand in the prompt before, at the same place
     * @param afterAnswers the same for a server that also keeps what it wrote, behind the prompt
     */
    public record Count(long sent, long evaluated, long afterAnswers) {}

    /** Which tools there are. */
    public enum Tools {
        /** No more than the rules hold. */
        HELD_STILL,
        /** All that are built in, of which those that fit are described. */
        CHOSEN
    }

    private PromptComparison() {}

    public static void main(String[] args) {
        System.out.println("no more tools than the rules hold");
        compare(Tools.HELD_STILL).forEach(PromptComparison::print);
        System.out.println("all built-in tools, chosen by the message");
        compare(Tools.CHOSEN).forEach(PromptComparison::print);
    }

    private static void print(String layout, Count count) {
        System.out.printf(
                Locale.ROOT,
                "%-45s sent %7d  evaluated %7d (%.1f %%)  when answers are kept too %7d (%.1f %%)%n",
                layout,
                count.sent(),
                count.evaluated(),
                100.0 * count.evaluated() / count.sent(),
                count.afterAnswers(),
                100.0 * count.afterAnswers() / count.sent());
    }

    /** Counts per layout, ours first. */
    public static Map<String, Count> compare(Tools tools) {
        List<LlmRequest> requests = requests(tools);
        Map<String, Count> counts = new LinkedHashMap<>();
        counts.put("Arkestra", count(requests, request -> rendered(request.messages())));
        counts.put("rules, conversation, what changes", count(requests, request -> changingLast(request, EVERYTHING)));
        counts.put(
                "rules, last " + WINDOW + " messages, what changes",
                count(requests, request -> changingLast(request, WINDOW)));
        counts.put("what changes, rules, conversation", count(requests, request -> changingFirst(request, EVERYTHING)));
        counts.put(
                "what changes, rules, last " + WINDOW + " messages",
                count(requests, request -> changingFirst(request, WINDOW)));
        return counts;
    }

    /** The prompts of the senior in ten turns of a conversation, as the engine makes them. */
    private static List<LlmRequest> requests(Tools tools) {
        RecordingModel model = new RecordingModel(ANSWER);
        ManualClock clock = ManualClock.at(Instant.parse("2026-05-05T09:00:00Z"));
        try (Arkestra arkestra = Arkestra.builder()
                .clock(clock)
                .senior(Llm.client(model))
                .policy(policy -> policy.deny(tools == Tools.HELD_STILL ? LEFT_OUT : new String[0]))
                .build()) {
            Session session = arkestra.session(UserId.of("ann"), SessionId.of("talk"));
            for (String turn : TURNS) {
                session.ask(turn);
                clock.advance(Duration.ofMinutes(1));
            }
        }
        if (model.requests().size() != TURNS.size()) {
            throw new IllegalStateException(model.requests().size() + " prompts in " + TURNS.size() + " turns");
        }
        return model.requests();
    }

    private static String rendered(List<LlmMessage> messages) {
        return messages.stream().map(PromptComparison::rendered).collect(Collectors.joining());
    }

    private static String rendered(LlmMessage message) {
        return message.role() + ":" + message.rendered() + "\n";
    }

    /** Without the blocks of data of earlier turns; those of this turn before the user's words, at the end. */
    private static String changingLast(LlmRequest request, int window) {
        List<LlmMessage> messages = request.messages();
        int last = messages.size() - 1;
        return rendered(messages.get(0))
                + words(messages.subList(Math.max(1, last + 1 - window), last))
                + rendered(messages.get(last));
    }

    /** The blocks of data of this turn at the very beginning, and of the conversation only so many messages. */
    private static String changingFirst(LlmRequest request, int window) {
        List<LlmMessage> messages = request.messages();
        int end = messages.size();
        return data(messages.get(end - 1))
                + rendered(messages.get(0))
                + words(messages.subList(Math.max(1, end - window), end));
    }

    private static String words(List<LlmMessage> messages) {
        return messages.stream()
                .map(message -> message.role() + ":" + message.text() + "\n")
                .collect(Collectors.joining());
    }

    private static String data(LlmMessage message) {
        return message.content().stream()
                .filter(content -> !(content instanceof LlmContent.Text))
                .map(content -> content.rendered() + "\n")
                .collect(Collectors.joining());
    }

    private static Count count(List<LlmRequest> requests, Function<LlmRequest, String> layout) {
        List<String> prompts = requests.stream().map(layout).toList();
        long sent = prompts.stream().mapToLong(prompt -> bytes(prompt).length).sum();
        return new Count(sent, evaluated(prompts, ""), evaluated(prompts, rendered(LlmMessage.assistant(ANSWER))));
    }

    private static long evaluated(List<String> prompts, String keptBehind) {
        long evaluated = 0;
        byte[] before = {};
        for (String text : prompts) {
            byte[] prompt = bytes(text);
            int same = Arrays.mismatch(before, prompt);
            evaluated += prompt.length - (same < 0 ? prompt.length : same);
            before = bytes(text + keptBehind);
        }
        return evaluated;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
