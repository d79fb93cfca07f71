package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmTimeout;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Ollama's errors mean. Its key is in none of them. No cause is kept where LangChain4j would make an exception of its own of it. */
final class OllamaErrors {
    private static final int MOST_CHARS = 500;
    private static final Pattern OVERFLOW = Pattern.compile(
            "exceeds? the (available )?context|exceed_context_size|prompt (is )?too long|context (length|window) exceeded",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_MODEL =
            Pattern.compile("model .*not found|file does not exist|try pulling it", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNABLE = Pattern.compile("does not support", Pattern.CASE_INSENSITIVE);
    private static final Pattern FULL = Pattern.compile("no space left|not enough space", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEAD = Pattern.compile(
            "runner process has terminated|runner .*(crashed|no longer running)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PROMPT = Pattern.compile("n_prompt_tokens\"?\\s*[:=]\\s*(\\d{1,17})");
    private static final Pattern LIMIT = Pattern.compile("n_ctx\"?\\s*[:=]\\s*(\\d{1,17})");

    private final OllamaAddress address;
    private final Supplier<Optional<String>> key;

    OllamaErrors(OllamaAddress address, Supplier<Optional<String>> key) {
        this.address = address;
        this.key = key;
    }

    /** @param model that was asked for; empty when the request had none */
    LlmException ofStatus(int status, HttpHeaders headers, String body, String model) {
        String said = said(body);
        if (status == 404) {
            return NO_MODEL.matcher(said).find() && !model.isEmpty()
                    ? missing(model)
                    : new LlmException(
                            Reason.NOT_FOUND,
                            "There is no such endpoint at " + address + "; is it an Ollama?" + quote(said));
        }
        LlmException known = known(said, model);
        if (known != null) {
            return known;
        }
        Reason reason = switch (status) {
            case 401, 403 -> Reason.AUTHENTICATION;
            case 402 -> Reason.OVER_BUDGET;
            case 405 -> Reason.NOT_FOUND;
            case 408, 409, 425, 429, 503 -> Reason.OVERLOADED;
            case 501 -> Reason.UNSUPPORTED;
            case 502, 504 -> Reason.UNAVAILABLE;
            default -> status >= 500 ? Reason.SERVER_ERROR : Reason.INVALID_REQUEST;
        };
        return new LlmException(
                reason,
                "Ollama at " + address + " answers with status " + status + quote(said),
                null,
                retryAfter(headers));
    }

    /** An error in a stream that had begun well. */
    LlmException inStream(String text, String model) {
        String said = said(text);
        LlmException known = NO_MODEL.matcher(said).find() && !model.isEmpty() ? missing(model) : known(said, model);
        return known != null
                ? known
                : new LlmException(
                        Reason.SERVER_ERROR,
                        "Ollama at " + address + " failed in the middle of its answer" + quote(said));
    }

    private @Nullable LlmException known(String said, String model) {
        if (OVERFLOW.matcher(said).find()) {
            return new ContextOverflow(
                    "The prompt does not fit into the context of '" + model
                            + "'; raise 'contextTokens' if the model can take more" + quote(said),
                    number(PROMPT, said),
                    number(LIMIT, said),
                    null);
        }
        if (UNABLE.matcher(said).find()) {
            return new LlmException(Reason.UNSUPPORTED, "The model '" + model + "' cannot do that" + quote(said));
        }
        if (FULL.matcher(said).find()) {
            return new LlmException(
                    Reason.DENIED,
                    "The disk on which Ollama at " + address + " keeps its models is full; make room" + quote(said));
        }
        return DEAD.matcher(said).find()
                ? new LlmException(
                        Reason.CRASHED, "The process in which Ollama runs '" + model + "' died" + quote(said))
                : null;
    }

    LlmException missing(String model) {
        return new LlmException(
                Reason.NOT_FOUND,
                "Ollama at " + address + " has no model '" + model + "'; fetch it with: ollama pull " + model);
    }

    /** The connection could not be made or broke. */
    LlmException broken(Throwable failure, boolean begun, Duration connect) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof HttpConnectTimeoutException)) {
            cause = cause.getCause();
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return new LlmTimeout(
                    LlmTimeout.Phase.CONNECT,
                    connect,
                    "Ollama at " + address + " could not be reached within " + connect.toMillis() + " ms",
                    null);
        }
        String what = cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return new LlmException(
                Reason.UNAVAILABLE,
                begun
                        ? "Ollama at " + address + " broke off in the middle of its answer" + quote(what)
                        : "There is no Ollama at " + address + "; start it with: ollama serve" + quote(what));
    }

    LlmException endedEarly() {
        return new LlmException(
                Reason.UNAVAILABLE, "Ollama at " + address + " ended its answer before it was complete");
    }

    LlmException malformed(String text) {
        return new LlmException(
                Reason.SERVER_ERROR,
                "Ollama at " + address + " sends something that is not what an Ollama sends" + quote(text));
    }

    private String said(String body) {
        try {
            return Json.parse(body).get("error").map(OllamaErrors::text).orElse(body);
        } catch (InvalidInputException e) {
            // What stands before the server may answer in its own way.
            return body;
        }
    }

    /** The error of a document, which is a text, or at llama.cpp's hands an object. */
    static String text(Json error) {
        return error.isString() ? error.asString() : error.toString();
    }

    private String quote(String said) {
        String line = said.strip().replaceAll("\\s+", " ");
        String shown = key.get()
                .filter(secret -> !secret.isBlank())
                .map(secret -> line.replace(secret, "***"))
                .orElse(line);
        return shown.isEmpty()
                ? ""
                : ": " + (shown.length() <= MOST_CHARS ? shown : shown.substring(0, MOST_CHARS) + "…");
    }

    private static @Nullable Duration retryAfter(HttpHeaders headers) {
        return headers.firstValue("retry-after")
                .map(String::strip)
                .filter(text -> text.matches("\\d{1,5}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }

    private static @Nullable Long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.valueOf(matcher.group(1)) : null;
    }
}
