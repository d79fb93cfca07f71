package io.arkestra.common;

import java.util.Optional;

/** RFC 6901. */
final class JsonPointer {

    private JsonPointer() {}

    static Optional<Json> resolve(Json root, String pointer) {
        if (pointer.isEmpty()) {
            return Optional.of(root);
        }
        if (pointer.charAt(0) != '/') {
            throw malformed(pointer, "it starts with \"/\" or is empty");
        }
        Optional<Json> current = Optional.of(root);
        for (String token : pointer.substring(1).split("/", -1)) {
            String key = unescape(token, pointer);
            current = current.flatMap(value -> step(value, key));
        }
        return current;
    }

    private static Optional<Json> step(Json value, String key) {
        return switch (value.kind()) {
            case OBJECT -> value.get(key);
            case ARRAY -> {
                int index = index(key);
                yield index >= 0 && index < value.size() ? Optional.of(value.at(index)) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /** The index, or -1 for what RFC 6901 §4 does not call one (leading zero, sign, "-") or is larger than any array. */
    private static int index(String key) {
        boolean isIndex = !key.isEmpty()
                && key.length() <= 9
                && key.chars().allMatch(c -> c >= '0' && c <= '9')
                && (key.length() == 1 || key.charAt(0) != '0');
        return isIndex ? Integer.parseInt(key) : -1;
    }

    private static String unescape(String token, String pointer) {
        if (token.indexOf('~') < 0) {
            return token;
        }
        StringBuilder out = new StringBuilder(token.length());
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c == '~') {
                i++;
                char code = i < token.length() ? token.charAt(i) : 0;
                if (code != '0' && code != '1') {
                    throw malformed(pointer, "\"~\" is followed by 0 or 1");
                }
                c = code == '0' ? '~' : '/';
            }
            out.append(c);
        }
        return out.toString();
    }

    private static InvalidInputException malformed(String pointer, String expected) {
        String shown = pointer.length() <= 80 ? pointer : pointer.substring(0, pointer.offsetByCodePoints(0, 40)) + "…";
        return new InvalidInputException(
                "\"" + shown + "\" is not a JSON pointer (RFC 6901); expected that " + expected);
    }
}
