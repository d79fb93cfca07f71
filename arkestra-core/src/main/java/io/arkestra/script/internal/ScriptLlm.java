package io.arkestra.script.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model that reads its answers from JSON lines: the first line whose pattern is found in the last message answers. Immutable and
 * deterministic; streams in pieces of seven characters, so that nothing may rely on where pieces end.
 */
public final class ScriptLlm implements LlmClient {
    private static final int PIECE = 7;
    private static final LlmCapabilities CAPABILITIES = LlmCapabilities.builder()
            .jsonSchema(true)
            .streaming(true)
            .cancel(true)
            .local(true)
            .contextTokens(32_768)
            .parallelism(64)
            .build();

    private final String name;
    private final List<ScriptLine> lines;

    private ScriptLlm(String name, List<ScriptLine> lines) {
        this.name = name;
        this.lines = List.copyOf(lines);
    }

    /** @throws ConfigException when the file cannot be read or a line is wrong; names the file and the line */
    public static ScriptLlm read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ConfigException("Script " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new ConfigException("Script " + file + " cannot be read: " + e, e);
        }
    }

    /** The same from text; blank lines and lines that start with # are skipped. */
    public static ScriptLlm parse(String name, String text) {
        List<ScriptLine> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(ScriptLine.parse(line, name + ":" + number));
            }
        }
        return new ScriptLlm(name, lines);
    }

    @Override
    public LlmCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready(model());
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        LlmMessage last = request.lastMessage()
                .orElseThrow(() -> new LlmException(LlmException.Reason.INVALID_REQUEST, "The prompt has no message"));
        String answer = last.role() == LlmMessage.Role.TOOL ? afterTools(request) : answer(request, last, cancel);
        for (int i = 0; i < answer.length(); i += PIECE) {
            cancel.throwIfCancelled();
            listener.onText(answer.substring(i, Math.min(answer.length(), i + PIECE)));
        }
        long prompt = countTokens(request).tokens();
        return LlmResponse.builder(model())
                .text(answer)
                .usage(Usage.of(prompt, TokenCount.estimate(answer).tokens(), true))
                .build();
    }

    private String answer(LlmRequest request, LlmMessage asked, Cancellation cancel) {
        ScriptLine line = find(request.role(), asked.text())
                .orElseThrow(() -> new LlmException(
                        LlmException.Reason.INVALID_REQUEST,
                        "script " + name + " has no line for this message as " + request.role()));
        pause(line.delayMillis(), cancel);
        if (line.error().isPresent()) {
            throw new LlmException(line.error().get(), "script " + name + " says so");
        }
        return line.output();
    }

    /**
     * The {@code then} of the line that asked for the tool, else another line for the tool's result, else the results. Never the line
     * that asked: its pattern may well be found in what its own tool says.
     */
    private String afterTools(LlmRequest request) {
        List<LlmMessage> messages = request.messages();
        int asked = messages.size() - 1;
        while (asked > 0 && messages.get(asked).role() != LlmMessage.Role.USER) {
            asked--;
        }
        int lastCalls = messages.size() - 1;
        while (lastCalls > asked && messages.get(lastCalls).role() == LlmMessage.Role.TOOL) {
            lastCalls--;
        }
        String raw = messages.subList(lastCalls + 1, messages.size()).stream()
                .map(LlmMessage::text)
                .collect(Collectors.joining("\n"));
        Optional<ScriptLine> asking = find(request.role(), messages.get(asked).text());
        Optional<ScriptLine> own = asking.flatMap(ScriptLine::then).isPresent()
                ? Optional.empty()
                : matching(request.role(), raw)
                        .filter(line -> asking.isEmpty() || line != asking.get())
                        .findFirst();
        if (own.isPresent()) {
            return own.get().output();
        }
        String results = messages.subList(lastCalls + 1, messages.size()).stream()
                .map(message -> readable(message.text()))
                .collect(Collectors.joining("\n"));
        return asking.flatMap(ScriptLine::then)
                .map(then -> Json.object()
                        .put("text", then.replaceAll("\\{result}", Matcher.quoteReplacement(results)))
                        .build()
                        .toString())
                .orElseGet(() -> Json.object().put("text", results).build().toString());
    }

    private static String readable(String toolMessage) {
        try {
            Json json = Json.parse(toolMessage);
            return json.string("text").or(() -> json.string("message")).orElse(toolMessage);
        } catch (io.arkestra.common.InvalidInputException e) {
            return toolMessage;
        }
    }

    private Optional<ScriptLine> find(String role, String text) {
        return matching(role, text).findFirst();
    }

    private Stream<ScriptLine> matching(String role, String text) {
        return lines.stream()
                .filter(line -> line.role().map(role::equals).orElse(true))
                .filter(line -> line.match().matcher(text).find());
    }

    private static void pause(long millis, Cancellation cancel) {
        if (millis <= 0) {
            return;
        }
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Subscription registration = cancel.onCancel(cancelled::countDown)) {
            if (cancelled.await(millis, TimeUnit.MILLISECONDS)) {
                cancel.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private String model() {
        return "script:" + name;
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        long tokens = 0;
        for (LlmMessage message : request.messages()) {
            tokens += TokenCount.estimate(message.rendered()).tokens() + 4;
        }
        return TokenCount.of(tokens, false);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
