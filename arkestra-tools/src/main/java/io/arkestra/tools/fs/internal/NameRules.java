package io.arkestra.tools.fs.internal;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which names a path may be made of: those that mean the same file on every system. What one system reads as another name (a device, a
 * stream, a short name, a way up) is refused on all of them, so that a rule about names holds everywhere.
 */
final class NameRules {
    static final int MAX_NAME_BYTES = 255;
    static final int MAX_PATH_CHARS = 4_096;

    private static final Pattern DEVICE =
            Pattern.compile("(con|prn|aux|nul|conin\\$|conout\\$|clock\\$|(com|lpt)[0-9¹²³])(\\..*)?");
    private static final Pattern SHORT_NAME = Pattern.compile("[^.~]{1,6}~[0-9]{1,6}(\\.[^.]{0,3})?");
    private static final Pattern ENCODED = Pattern.compile("%(25)*(2f|5c|00|2e(%(25)*2e|\\.|$))|\\.%(25)*2e");

    private NameRules() {}

    /**
     * The names of a relative path.
     *
     * @param path with {@code /} between names; empty and {@code .} are the directory itself
     */
    static List<String> names(String path) {
        if (path.length() > MAX_PATH_CHARS) {
            throw Refusal.invalid("The path has " + path.length() + " characters; at most " + MAX_PATH_CHARS);
        }
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                check(name);
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    /** @throws io.arkestra.tool.ToolException saying which rule the name breaks */
    static void check(String name) {
        String folded = folded(name);
        if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || isInvisible(c))) {
            throw refused(name, "it holds control or invisible characters");
        }
        if (name.equals("..")) {
            throw refused(name, "'..' is not followed; give the path from a root");
        }
        if (name.indexOf('\\') >= 0) {
            throw refused(name, "it holds a backslash; write / between names");
        }
        if (name.indexOf(':') >= 0) {
            throw refused(name, "it holds a colon, which names a drive or a hidden stream on Windows");
        }
        if (name.startsWith("~")) {
            throw refused(name, "'~' is not expanded; give the path from a root");
        }
        if (name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
            throw refused(name, "it begins or ends with a blank, or ends with a dot, which Windows drops");
        }
        if (DEVICE.matcher(folded).matches()) {
            throw refused(name, "it is the name of a device on Windows");
        }
        if (SHORT_NAME.matcher(folded).matches()) {
            throw refused(name, "it has the form of a short name of Windows, which stands for another file");
        }
        if (ENCODED.matcher(folded).find()) {
            throw refused(name, "it holds a percent-encoded separator or '..'; write the path as it is");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw refused(name, "it is longer than " + MAX_NAME_BYTES + " bytes");
        }
    }

    /** The name as a file system compares it that knows no case and only one form of each letter. */
    static String folded(String name) {
        StringBuilder visible = new StringBuilder(name.length());
        name.codePoints().filter(c -> !isInvisible(c)).forEach(visible::appendCodePoint);
        // Upper first: some letters only meet there, such as the long s and s.
        return Normalizer.normalize(
                Normalizer.normalize(visible, Normalizer.Form.NFKC)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT),
                Normalizer.Form.NFKC);
    }

    /** Characters that some file systems leave out when they compare names, and that people do not see. */
    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT
                || c == 0x034F
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0x115F && c <= 0x1160)
                || (c >= 0x2028 && c <= 0x2029);
    }

    private static io.arkestra.tool.ToolException refused(String name, String why) {
        StringBuilder shown = new StringBuilder();
        name.codePoints().limit(80).forEach(c -> {
            if (Character.isISOControl(c) || isInvisible(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return Refusal.invalid("The name '" + shown + "' cannot be used: " + why);
    }
}
