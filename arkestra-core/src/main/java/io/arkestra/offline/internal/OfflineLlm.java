package io.arkestra.offline.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.persona.internal.PromptBlocks.Env;
import io.arkestra.text.internal.Phrasebook;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs when no language model is configured: rules in the place of the junior, quotations in the place of the senior. Same input,
 * same output. It reads the data blocks of the prompt, not its prose. Immutable.
 */
public final class OfflineLlm implements LlmClient {
    /** What responses name as the model. */
    public static final String MODEL = "offline-rules";

    private static final LlmCapabilities CAPABILITIES = LlmCapabilities.builder()
            .jsonSchema(true)
            .local(true)
            .contextTokens(8_192)
            .parallelism(64)
            .build();

    private final RuleJunior junior = new RuleJunior();
    private final ExtractiveSenior senior = new ExtractiveSenior();

    /** Rules in English and Russian. */
    public OfflineLlm() {}

    @Override
    public LlmCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready(MODEL);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        LlmMessage asked = lastUserMessage(request);
        Env env = asked.data(PromptBlocks.ENV)
                .map(Env::from)
                .orElseThrow(() -> new LlmException(
                        LlmException.Reason.INVALID_REQUEST,
                        "The offline rules need the block '" + PromptBlocks.ENV + "'"));
        Json answer = switch (request.role()) {
            case "junior" -> decide(asked.text(), env).toJson();
            case "senior" -> compose(request, asked, env);
            default ->
                throw new LlmException(
                        LlmException.Reason.INVALID_REQUEST,
                        "The offline rules know the roles junior and senior, not '" + request.role() + "'");
        };
        String text = answer.toString();
        listener.onText(text);
        return LlmResponse.builder(MODEL).text(text).build();
    }

    private JuniorReport decide(String text, Env env) {
        JuniorReport report = junior.decide(text, env.now());
        return report.withNeuroUpdate(MoodCues.of(text, report.intent()));
    }

    private Json compose(LlmRequest request, LlmMessage asked, Env env) {
        List<Json> results = toolResults(request.messages());
        if (!results.isEmpty()) {
            return senior.afterTools(results, env);
        }
        JuniorReport report = asked.data(PromptBlocks.JUNIOR)
                .map(JuniorReport::from)
                .orElseGet(() -> junior.decide(asked.text(), env.now()));
        Json recall = asked.data(PromptBlocks.RECALL).orElse(Json.emptyObject());
        PromptBlocks.State state =
                asked.data(PromptBlocks.STATE).map(PromptBlocks.State::from).orElse(PromptBlocks.State.NONE);
        state = asked.data(PromptBlocks.PROFILE).map(state::within).orElse(state);
        Json answer = senior.answer(asked.text(), env, state, report, PromptBlocks.quotes(recall));
        boolean restsOnRecall = report.intent() == Intent.QUESTION || report.intent() == Intent.HISTORY;
        List<String> notes = PromptBlocks.notes(recall).stream()
                .map(Phrasebook.of(env.language())::recallNote)
                .distinct()
                .toList();
        return restsOnRecall ? withNotes(answer, notes) : answer;
    }

    /** Who asks must hear that not everything could be looked through. */
    private static Json withNotes(Json answer, List<String> notes) {
        return notes.isEmpty()
                ? answer
                : answer.with("text", Json.of(answer.text("text") + "\n(" + String.join(" ", notes) + ")"));
    }

    private static LlmMessage lastUserMessage(LlmRequest request) {
        List<LlmMessage> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == LlmMessage.Role.USER) {
                return messages.get(i);
            }
        }
        throw new LlmException(LlmException.Reason.INVALID_REQUEST, "The prompt has no message of the user");
    }

    /** The tool results at the end of the prompt. */
    private static List<Json> toolResults(List<LlmMessage> messages) {
        List<Json> results = new ArrayList<>();
        for (int i = messages.size() - 1; i >= 0 && messages.get(i).role() == LlmMessage.Role.TOOL; i--) {
            results.add(0, parse(messages.get(i).text()));
        }
        return results;
    }

    private static Json parse(String toolMessage) {
        try {
            Json json = Json.parse(toolMessage);
            return json.isObject()
                    ? json
                    : Json.object().put("text", toolMessage).build();
        } catch (InvalidInputException e) {
            return Json.object().put("text", toolMessage).build();
        }
    }

    /** The offline rules take no tokens. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(0, true);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
