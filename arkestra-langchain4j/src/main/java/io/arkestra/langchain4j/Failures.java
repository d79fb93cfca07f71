package io.arkestra.langchain4j;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What LangChain4j's exceptions mean. Their texts hold what the backend answered, which may quote a credential: nothing is passed on unmasked. */
final class Failures {
    private static final Pattern OVERFLOW = Pattern.compile(
            "exceed_context_size|context_length_exceeded|maximum context length|prompt is too long|context window"
                    + "|available context size|exceed(s|ed)? (the )?(model's )?context|input token count .{0,40}exceeds"
                    + "|too many (input )?tokens",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern LOADING = Pattern.compile("loading", Pattern.CASE_INSENSITIVE);
    /** The prompt first, the limit second. */
    private static final List<Pattern> NUMBERS = List.of(
            Pattern.compile("prompt is too long: (\\d+) tokens > (\\d+)"),
            Pattern.compile("input token count \\(?(\\d+)\\)? exceeds .{0,60}?\\(?(\\d+)\\)?[^0-9]*$"),
            Pattern.compile("request \\((\\d+) tokens\\) exceeds .{0,40}\\((\\d+) tokens\\)"));

    private static final Pattern PROMPT_MEMBER =
            Pattern.compile("n_prompt_tokens\"\\s*:\\s*(\\d+)|resulted in (\\d+) tokens|requested (\\d+) tokens");
    private static final Pattern LIMIT_MEMBER =
            Pattern.compile("n_ctx\"\\s*:\\s*(\\d+)|maximum context length is (\\d+)");

    private final String client;
    private final SecretMask mask;

    Failures(String client, SecretMask mask) {
        this.client = client;
        this.mask = mask;
    }

    LlmException of(Throwable failure) {
        List<Throwable> chain = chain(failure).toList();
        for (Throwable cause : chain) {
            if (cause instanceof LlmException ours) {
                return ours;
            }
        }
        String said = said(chain);
        Reason reason = reason(chain, said);
        if ((reason == Reason.INVALID_REQUEST || reason == Reason.SERVER_ERROR)
                && OVERFLOW.matcher(said).find()) {
            return overflow(said, failure);
        }
        return new LlmException(
                reason, "The model behind '" + client + "' " + sentence(reason) + quote(said), masked(failure), null);
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(16);
    }

    /** The innermost message: the outer ones repeat it with class names. */
    private static String said(List<Throwable> chain) {
        for (int i = chain.size() - 1; i >= 0; i--) {
            String message = chain.get(i).getMessage();
            if (message != null && !message.isBlank()) {
                return message;
            }
        }
        return chain.get(0).getClass().getSimpleName();
    }

    private static Reason reason(List<Throwable> chain, String said) {
        return chain.stream()
                .filter(cause -> cause instanceof HttpException)
                .findFirst()
                .flatMap(cause -> status(((HttpException) cause).statusCode(), said))
                .or(() -> chain.stream().flatMap(cause -> kind(cause).stream()).findFirst())
                .or(() -> chain.stream().anyMatch(cause -> cause instanceof IOException)
                        ? Optional.of(Reason.UNAVAILABLE)
                        : Optional.empty())
                .orElse(Reason.SERVER_ERROR);
    }

    /** As the client of the OpenAI dialect reads them. */
    private static Optional<Reason> status(int status, String said) {
        if (status == 402 || said.contains("insufficient_quota")) {
            return Optional.of(Reason.OVER_BUDGET);
        }
        return switch (status) {
            case 401, 403 -> Optional.of(Reason.AUTHENTICATION);
            case 404, 405 -> Optional.of(Reason.NOT_FOUND);
            case 408, 409, 425, 429, 529 -> Optional.of(Reason.OVERLOADED);
            case 501 -> Optional.of(Reason.UNSUPPORTED);
            case 502, 504 -> Optional.of(Reason.UNAVAILABLE);
            case 503 -> Optional.of(LOADING.matcher(said).find() ? Reason.UNAVAILABLE : Reason.OVERLOADED);
            default ->
                status >= 500
                        ? Optional.of(Reason.SERVER_ERROR)
                        : status >= 400 ? Optional.of(Reason.INVALID_REQUEST) : Optional.empty();
        };
    }

    private static Optional<Reason> kind(Throwable cause) {
        if (cause instanceof RateLimitException) {
            return Optional.of(Reason.OVERLOADED);
        }
        if (cause instanceof AuthenticationException) {
            return Optional.of(Reason.AUTHENTICATION);
        }
        if (cause instanceof ModelNotFoundException) {
            return Optional.of(Reason.NOT_FOUND);
        }
        if (cause instanceof InvalidRequestException) {
            return Optional.of(Reason.INVALID_REQUEST);
        }
        if (cause instanceof UnsupportedFeatureException) {
            return Optional.of(Reason.UNSUPPORTED);
        }
        if (cause instanceof TimeoutException
                || cause instanceof HttpTimeoutException
                || cause instanceof SocketTimeoutException) {
            return Optional.of(Reason.TIMEOUT);
        }
        if (cause instanceof UnresolvedModelServerException
                || cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnresolvedAddressException) {
            return Optional.of(Reason.UNAVAILABLE);
        }
        return cause instanceof InternalServerException ? Optional.of(Reason.SERVER_ERROR) : Optional.empty();
    }

    private ContextOverflow overflow(String said, Throwable failure) {
        Long prompt = number(PROMPT_MEMBER, said);
        Long limit = number(LIMIT_MEMBER, said);
        for (Pattern both : NUMBERS) {
            Matcher matcher = both.matcher(said);
            if (matcher.find()) {
                prompt = Long.valueOf(matcher.group(1));
                limit = Long.valueOf(matcher.group(2));
            }
        }
        return new ContextOverflow(
                "The prompt does not fit into the context of the model behind '" + client + "'" + quote(said),
                prompt,
                limit,
                masked(failure));
    }

    private static @Nullable Long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null && matcher.group(group).length() < 18) {
                return Long.valueOf(matcher.group(group));
            }
        }
        return null;
    }

    private static String sentence(Reason reason) {
        return switch (reason) {
            case OVERLOADED -> "refuses for now";
            case AUTHENTICATION -> "does not accept the credentials; check its API key";
            case NOT_FOUND -> "is not known there; check its name and its base URL";
            case INVALID_REQUEST -> "does not accept the request";
            case UNSUPPORTED -> "cannot do what was asked for";
            case TIMEOUT -> "took longer than its own time limit";
            case UNAVAILABLE -> "cannot be reached or is not ready";
            case OVER_BUDGET -> "wants to be paid first";
            default -> "failed";
        };
    }

    private String quote(String said) {
        return ": " + mask.apply(said);
    }

    private MaskedFailure masked(Throwable failure) {
        return MaskedFailure.of(failure, mask);
    }

    /** Somebody else's exception with its class, its masked message and its stack. */
    private static final class MaskedFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private MaskedFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        static MaskedFailure of(Throwable failure, SecretMask mask) {
            MaskedFailure masked = null;
            List<Throwable> chain = chain(failure).toList();
            for (int i = chain.size() - 1; i >= 0; i--) {
                Throwable original = chain.get(i);
                String message = original.getMessage();
                masked = new MaskedFailure(
                        original.getClass().getName() + (message == null ? "" : ": " + mask.apply(message)), masked);
                masked.setStackTrace(original.getStackTrace());
            }
            return java.util.Objects.requireNonNull(masked);
        }
    }
}
