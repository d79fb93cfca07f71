package io.arkestra.llm.openai;

import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** How long a server asks to wait: {@code retry-after-ms}, or {@code Retry-After} in seconds or as a date (RFC 9110, section 10.2.3). */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    private RetryAfter() {}

    /** Between nothing and a day; empty when the server does not say or says nothing that can be read. */
    static Optional<Duration> of(HttpHeaders headers, Clock clock) {
        Optional<Duration> millis =
                headers.firstValue("retry-after-ms").flatMap(text -> number(text, Duration.ofMillis(1)));
        return millis.or(() -> headers.firstValue("retry-after")
                .map(String::strip)
                .flatMap(text -> number(text, Duration.ofSeconds(1)).or(() -> date(text, clock))));
    }

    private static Optional<Duration> number(String text, Duration unit) {
        // Nothing longer: a number with a huge exponent would take its time.
        if (!NUMBER.matcher(text.strip()).matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(text.strip()).multiply(BigDecimal.valueOf(unit.toNanos()));
        return Optional.of(bounded(Duration.ofNanos(nanos.longValue())));
    }

    private static Optional<Duration> date(String text, Clock clock) {
        try {
            Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(bounded(Duration.between(clock.instant(), then)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
