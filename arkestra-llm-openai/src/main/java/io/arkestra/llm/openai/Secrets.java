package io.arkestra.llm.openai;

import io.arkestra.common.ConfigException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What must never be seen: the key and the values of extra headers. Thread-safe. */
final class Secrets {
    private static final String HIDDEN = "***";

    /** Shorter values of headers are words, and hiding them would hide the message. */
    private static final int SHORTEST_HEADER = 6;

    private final Supplier<Optional<String>> key;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    Secrets(Supplier<Optional<String>> key, Map<String, String> headers) {
        this.key = key;
        headers.values().stream()
                .filter(value -> value.length() >= SHORTEST_HEADER)
                .forEach(seen::add);
    }

    /**
     * The key as of now; empty when there is none.
     *
     * @throws ConfigException when it cannot be sent; the message does not hold it
     */
    Optional<String> key() {
        Optional<String> value = key.get().map(String::strip).filter(text -> !text.isEmpty());
        value.ifPresent(text -> {
            if (text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw new ConfigException("The API key holds a blank, a line break or a character beyond ASCII;"
                        + " expected one line of printable ASCII");
            }
            seen.add(text);
        });
        return value;
    }

    /** The text without any of them. */
    String redact(String text) {
        String result = text;
        for (String secret : seen) {
            result = result.replace(secret, HIDDEN);
        }
        return result;
    }

    @Override
    public String toString() {
        return "Secrets[" + HIDDEN + "]";
    }
}
