package io.arkestra.offline.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Timings;
import io.arkestra.llm.TokenCount;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.persona.internal.PromptBlocks.Env;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.text.internal.Language;
import io.arkestra.text.internal.Phrasebook;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs when no language model is configured: rules in the place of the junior, quotations in the place of the senior. Same input,
 * same output. It reads the last message of the user and what comes after it: the data blocks, and as prose only the user's own words.
 * Without the block about the situation it takes the clock's time and the language of the message. As free text a senior says what it
 * has to say and refuses in words what takes a tool or a memory. What it cannot do is refused as
 * {@link LlmException.Reason#UNSUPPORTED}: other roles, other documents than reports and replies, tools of a protocol, contents other
 * than text and data. Thread-safe.
 */
public final class OfflineLlm implements LlmClient {
    /** What responses name as the model. */
    public static final String MODEL = "offline-rules";

    private static final String JUNIOR = "junior";
    private static final String SENIOR = "senior";

    private static final LlmCapabilities CAPABILITIES = LlmCapabilities.builder()
            .jsonSchema(true)
            .local(true)
            .contextTokens(8_192)
            .parallelism(64)
            .build();

    private final RuleJunior junior = new RuleJunior();
    private final ExtractiveSenior senior = new ExtractiveSenior();
    private final Clock clock;
    private volatile boolean closed;

    /**
     * Rules in English and Russian.
     *
     * @param clock for prompts that do not tell the time
     */
    public OfflineLlm(Clock clock) {
        this.clock = clock;
    }

    @Override
    public LlmCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public LlmHealth probe() {
        return closed ? LlmHealth.down("The offline rules are closed") : LlmHealth.ready(MODEL);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        if (closed) {
            throw new LlmException(LlmException.Reason.UNAVAILABLE, "The offline rules are closed");
        }
        long begun = System.nanoTime();
        refuseUnsupported(request);
        LlmMessage asked = request.messages().get(lastOfUser(request.messages()));
        Env env = asked.data(PromptBlocks.ENV).map(Env::from).orElseGet(() -> situation(asked.text()));
        Json document =
                request.role().equals(JUNIOR) ? decide(asked.text(), env).toJson() : compose(request, asked, env);
        LlmResponse.Builder response = LlmResponse.builder(MODEL);
        String text;
        if (request.output() instanceof OutputSpec.JsonDocument) {
            text = document.toString();
            response.quality(OutputQuality.CONSTRAINED).json(document);
        } else {
            text = request.role().equals(JUNIOR) ? document.toString() : inWords(document, env);
        }
        cancel.throwIfCancelled();
        if (closed) {
            throw new CancelledException("the offline rules were closed");
        }
        listener.onText(text);
        return response.text(text)
                .timings(Timings.NONE.total(Duration.ofNanos(System.nanoTime() - begun)))
                .build();
    }

    private static void refuseUnsupported(LlmRequest request) {
        String role = request.role();
        if (!role.equals(JUNIOR) && !role.equals(SENIOR)) {
            throw unsupported("know the roles junior and senior, not '" + role + "'");
        }
        if (!request.tools().isEmpty()) {
            throw unsupported("have no tool calls of a protocol; describe tools in the prompt of a senior");
        }
        if (request.output() instanceof OutputSpec.JsonDocument document) {
            Json own = role.equals(JUNIOR) ? JuniorReport.SCHEMA : SeniorReply.SCHEMA;
            if (!document.schema().equals(own)) {
                throw unsupported("cannot write the document '" + document.name() + "'; a " + role
                        + " of theirs writes its own kind of document alone");
            }
        } else if (!(request.output() instanceof OutputSpec.Text)) {
            throw unsupported("write text or documents, not "
                    + request.output().getClass().getSimpleName());
        }
        request.messages().stream()
                .flatMap(message -> message.content().stream())
                .filter(part -> !(part instanceof LlmContent.Text || part instanceof LlmContent.Data))
                .findFirst()
                .ifPresent(part -> {
                    throw unsupported(
                            "read text and data, not " + part.getClass().getSimpleName());
                });
    }

    private static LlmException unsupported(String what) {
        return new LlmException(LlmException.Reason.UNSUPPORTED, "The offline rules " + what);
    }

    /** Of a prompt that does not tell. */
    private Env situation(String message) {
        return new Env(ZonedDateTime.now(clock), Language.of(message, Language.ENGLISH), null, false);
    }

    /** Words alone run no tool and keep nothing, and must not claim to. */
    private static String inWords(Json reply, Env env) {
        boolean acts =
                !reply.list("tool_calls").isEmpty() || !reply.list("memory").isEmpty();
        return acts ? Phrasebook.of(env.language()).say("unsupported.here") : reply.text("text");
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

    private static int lastOfUser(List<LlmMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == LlmMessage.Role.USER) {
                return i;
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

    /** What the rules read of it, estimated. They cost none of anybody's tokens. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        List<LlmMessage> messages = request.messages();
        long tokens = 0;
        for (LlmMessage message : messages.subList(lastOfUser(messages), messages.size())) {
            tokens += TokenCount.estimate(message.rendered()).tokens();
        }
        return TokenCount.of(tokens, false);
    }

    /** Calls that still run end as cancelled, later ones are refused. */
    @Override
    public void close() {
        closed = true;
    }
}
