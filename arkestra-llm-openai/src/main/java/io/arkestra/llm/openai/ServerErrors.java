package io.arkestra.llm.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes our errors of the servers'. What the server wrote is quoted without secrets, on one line and not at length. */
final class ServerErrors {
    private static final int LONGEST_QUOTE = 500;

    /** OpenAI and vLLM: "maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens". */
    private static final Pattern OVERFLOW =
            Pattern.compile("maximum context length is (\\d{1,9}) tokens(?:.*?(?:resulted in|requested) (\\d{1,9}))?");

    private final OpenAiDialect dialect;
    private final Secrets secrets;
    private final Clock clock;
    private final String where;

    /** @param where the server's address for messages */
    ServerErrors(OpenAiDialect dialect, Secrets secrets, Clock clock, String where) {
        this.dialect = dialect;
        this.secrets = secrets;
        this.clock = clock;
        this.where = where;
    }

    /** An answer whose status is not 2xx. */
    LlmException ofStatus(int status, HttpHeaders headers, String body) {
        JsonNode json;
        try {
            json = Wire.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            json = Wire.MAPPER.getNodeFactory().textNode(body);
        }
        if (status >= 300 && status < 400) {
            String target = headers.firstValue("location").orElse("another place");
            return refusal(
                    Reason.NOT_FOUND,
                    status,
                    "sends us to " + target + ", and credentials follow nobody; set baseUrl to where it is",
                    null);
        }
        return of(status, json, RetryAfter.of(headers, clock).orElse(null));
    }

    /** An error in place of an event of a stream, or of a whole answer. */
    LlmException ofBody(JsonNode json) {
        JsonNode error = json.path("error");
        int code = error.path("code")
                .asInt(error.path("status").asInt(json.path("code").asInt(500)));
        return of(code >= 400 && code < 600 ? code : 500, json, null);
    }

    private LlmException of(int status, JsonNode json, @Nullable Duration retryAfter) {
        JsonNode error = json.path("error").isObject() ? json.path("error") : json;
        String type = error.path("type").asText("");
        String code = error.path("code").asText("");
        String said = said(json, error);
        if (dialect.overflowTypes().contains(type) || dialect.overflowTypes().contains(code)) {
            return overflow(error, said);
        }
        if (status < 500 && OVERFLOW.matcher(said).find()) {
            return overflow(error, said);
        }
        boolean noCredit = status == 402 || code.equals("insufficient_quota") || type.equals("insufficient_quota");
        Reason reason = noCredit ? Reason.OVER_BUDGET : reason(status, type);
        return refusal(reason, status, "answers " + status + (said.isEmpty() ? "" : ": " + said), retryAfter);
    }

    private static String said(JsonNode json, JsonNode error) {
        if (error.path("message").isTextual()) {
            return error.path("message").asText();
        }
        for (String member : new String[] {"error", "detail", "message"}) {
            if (json.path(member).isTextual()) {
                return json.path(member).asText();
            }
        }
        return json.isTextual() ? json.asText() : json.isMissingNode() || json.isNull() ? "" : json.toString();
    }

    private static Reason reason(int status, String type) {
        return switch (status) {
            case 401, 403 -> Reason.AUTHENTICATION;
            case 404, 405 -> Reason.NOT_FOUND;
            case 408, 409, 425, 429, 529 -> Reason.OVERLOADED;
            case 501 -> Reason.UNSUPPORTED;
            case 502, 504 -> Reason.UNAVAILABLE;
            case 503 -> type.equals("unavailable_error") ? Reason.UNAVAILABLE : Reason.OVERLOADED;
            default -> status >= 500 ? Reason.SERVER_ERROR : Reason.INVALID_REQUEST;
        };
    }

    private ContextOverflow overflow(JsonNode error, String said) {
        Matcher numbers = OVERFLOW.matcher(said);
        boolean told = numbers.find();
        Long prompt = number(error.path("n_prompt_tokens"), told ? numbers.group(2) : null);
        Long context = number(error.path("n_ctx"), told ? numbers.group(1) : null);
        String text = where + ": the prompt" + (prompt == null ? "" : " of " + prompt + " tokens")
                + " does not fit into the context" + (context == null ? "" : " of " + context + " tokens") + ": "
                + quote(said);
        return new ContextOverflow(text, prompt, context, null);
    }

    private static @Nullable Long number(JsonNode node, @Nullable String otherwise) {
        if (node.isIntegralNumber()) {
            return node.asLong();
        }
        return otherwise == null ? null : Long.valueOf(otherwise);
    }

    private ServerRefusal refusal(Reason reason, int status, String what, @Nullable Duration retryAfter) {
        return new ServerRefusal(reason, status, where + " " + quote(what), retryAfter);
    }

    /** The message of an error on the way to or from the server. */
    String message(String what) {
        return where + " " + quote(what);
    }

    /** What the server sent cannot be understood. */
    LlmException malformed(String what) {
        return new LlmException(Reason.SERVER_ERROR, where + " " + quote(what));
    }

    /** Secrets go first: a secret that is cut in two would not be recognised. */
    String quote(String text) {
        String clean = secrets.redact(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return clean.length() <= LONGEST_QUOTE
                ? clean
                : clean.substring(0, LONGEST_QUOTE) + "… (" + String.format(Locale.ROOT, "%,d", clean.length())
                        + " characters)";
    }
}
