package io.arkestra.memory.sleep.internal;

import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Lays out what a language model is asked about a conversation: numbered turns with dates and speakers, and what is known. */
final class CuratorPrompt {
    private static final int ANSWER_TOKENS = 1_500;
    static final int LONGEST_TURN = 2_000;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd EEE HH:mm", Locale.ROOT);
    private static final String RULES = rules();

    private final ZoneId zone;
    private final UnaryOperator<String> mask;

    /** @param mask what a model elsewhere must not see is taken out by this */
    CuratorPrompt(ZoneId zone, UnaryOperator<String> mask) {
        this.zone = zone;
        this.mask = mask;
    }

    LlmRequest request(Map<Long, Message> turns, List<MemoryRecord> known, Duration deadline) {
        StringBuilder text = new StringBuilder("Already known:\n");
        known.forEach(record -> text.append("- ").append(line(record.text())).append('\n'));
        text.append("Conversation:\n");
        turns.forEach((number, turn) -> text.append(number)
                .append(" [")
                .append(DATE.format(turn.at().atZone(zone)))
                .append("] ")
                .append(turn.origin() == Origin.USER ? "user " : "assistant ")
                .append(turn.speaker())
                .append(": ")
                .append(line(turn.text()))
                .append('\n'));
        return LlmRequest.builder("curator")
                .message(LlmMessage.system(RULES))
                .message(LlmMessage.user(text.toString()))
                .output(OutputSpec.json("conversation_facts", Proposal.SCHEMA))
                .sampling(Sampling.maxTokens(ANSWER_TOKENS).temperature(0))
                .deadline(deadline)
                .build();
    }

    /** The same once more, with what was wrong with the answer. */
    static LlmRequest again(LlmRequest first, String answer, String problem, Duration deadline) {
        String shown = answer.length() > 2_000 ? answer.substring(0, 2_000) : answer;
        return LlmRequest.builder(first.role())
                .messages(first.messages())
                .message(LlmMessage.assistant(shown))
                .message(LlmMessage.user("Your answer is not in the form asked for: " + problem
                        + ". Write the JSON object once more, and nothing else."))
                .output(first.output())
                .sampling(first.sampling())
                .deadline(deadline)
                .build();
    }

    private String line(String text) {
        String line = mask.apply(text).strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= LONGEST_TURN ? line : line.substring(0, LONGEST_TURN) + "…";
    }

    private static String rules() {
        try (InputStream in = CuratorPrompt.class.getResourceAsStream("curator.txt")) {
            if (in == null) {
                throw new IllegalStateException("curator.txt is missing from the jar of the memory");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
