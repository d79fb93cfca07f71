package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.Platform;
import io.arkestra.tool.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the keys about what a call touches: {@code path}, {@code cwd}, {@code domain}, {@code port}, {@code method}. Used once. */
final class TargetKeys {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT");

    private final RuleText text;
    private final Path home;
    private final Platform platform;

    TargetKeys(RuleText text, Path home, Platform platform) {
        this.text = text;
        this.home = home;
        this.platform = platform;
    }

    /** Makes a pattern of what is written, or says what is wrong with it. */
    private interface Reader {
        Predicate<String> read(String written);
    }

    Optional<Condition> path(String key, String pointer, Json found) {
        return read(key, pointer, found, "a path such as ~/Projects/** or a list of paths", written -> {
            PathPattern pattern = PathPattern.of(written, home, platform);
            return pattern::matches;
        });
    }

    Optional<Condition> domain(String pointer, Json found) {
        return read(Target.DOMAIN, pointer, found, "a host name such as docs.rs or *.docs.rs, or a list", written -> {
            DomainPattern pattern = DomainPattern.of(written);
            return pattern::matches;
        });
    }

    Optional<Condition> method(String pointer, Json found) {
        List<String> words = text.words(pointer, found, METHODS);
        List<Predicate<String>> patterns = new ArrayList<>();
        words.forEach(
                word -> patterns.add(value -> value.toUpperCase(Locale.ROOT).equals(word)));
        return patterns.isEmpty() ? Optional.empty() : Optional.of(new TargetCondition(Target.METHOD, patterns));
    }

    Optional<Condition> port(String pointer, Json found) {
        List<Json> items = found.isArray() ? found.items() : List.of(found);
        List<Predicate<String>> patterns = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String place = found.isArray() ? pointer + "/" + i : pointer;
            Json item = items.get(i);
            int[] range = range(item);
            if (range.length == 0) {
                text.wrong(place, item, "a port from 1 to 65535 such as 443, a range such as 8000-8999, or a list");
            } else {
                patterns.add(value -> {
                    int port = number(value);
                    if (port < 0) {
                        throw new RuleFailure("the tool names a port that is no number, so that no rule can judge it");
                    }
                    return port >= range[0] && port <= range[1];
                });
            }
        }
        if (items.isEmpty()) {
            text.wrong(pointer, found, "a port such as 443 or a list of ports");
        }
        return patterns.isEmpty() ? Optional.empty() : Optional.of(new TargetCondition(Target.PORT, patterns));
    }

    private static int[] range(Json item) {
        String written = item.isString() || item.isInteger() ? item.isString() ? item.asString() : item.toString() : "";
        int dash = written.indexOf('-');
        int low = number(dash < 0 ? written : written.substring(0, dash));
        int high = number(dash < 0 ? written : written.substring(dash + 1));
        return low >= 1 && high >= low && high <= 65_535 ? new int[] {low, high} : new int[0];
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private Optional<Condition> read(String key, String pointer, Json found, String expected, Reader reader) {
        List<String> written = text.texts(pointer, found, expected);
        List<Predicate<String>> patterns = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            try {
                patterns.add(reader.read(written.get(i)));
            } catch (IllegalArgumentException e) {
                String place = found.isArray() && written.size() == found.size() ? pointer + "/" + i : pointer;
                text.unfit(place, Json.of(written.get(i)), String.valueOf(e.getMessage()));
            }
        }
        return patterns.isEmpty() ? Optional.empty() : Optional.of(new TargetCondition(key, patterns));
    }
}
