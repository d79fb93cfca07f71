package io.arkestra.tools.fs.internal;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a change of a file looks like to people: a unified diff, or sizes and digests where that would say nothing. */
final class Diffs {
    static final int MAX_LINES = 2_000;
    static final int MAX_BYTES = 1024 * 1024;
    /** More different lines than this take a diff too long, in time and in memory. */
    private static final int MAX_DIFFERENT = 4_000;

    private static final int CONTEXT = 3;

    private Diffs() {}

    /** @param before empty when the file is new; {@code after} likewise when it goes */
    static String preview(String path, Optional<byte[]> before, Optional<byte[]> after) {
        Optional<String> old = text(before);
        Optional<String> now = text(after);
        if (old.isEmpty() || now.isEmpty()) {
            return sizes(path, before, after);
        }
        List<String> oldLines = lines(old.get());
        List<String> newLines = lines(now.get());
        int same = 0;
        int shorter = Math.min(oldLines.size(), newLines.size());
        while (same < shorter && oldLines.get(same).equals(newLines.get(same))) {
            same++;
        }
        int sameEnd = 0;
        while (sameEnd < shorter - same
                && oldLines.get(oldLines.size() - 1 - sameEnd).equals(newLines.get(newLines.size() - 1 - sameEnd))) {
            sameEnd++;
        }
        if (oldLines.size() > same + sameEnd
                && newLines.size() > same + sameEnd
                && oldLines.size() + newLines.size() - 2 * (same + sameEnd) > MAX_DIFFERENT) {
            return sizes(path, before, after);
        }
        List<String> diff = new ArrayList<>(UnifiedDiffUtils.generateUnifiedDiff(
                before.isPresent() ? "a/" + path : "/dev/null",
                after.isPresent() ? "b/" + path : "/dev/null",
                oldLines,
                DiffUtils.diff(oldLines, newLines),
                CONTEXT));
        if (diff.size() > 2 && (oldLines.isEmpty() || newLines.isEmpty())) {
            // The library counts the lines of nothing from one; patch and git count them from nought.
            diff.set(2, diff.get(2).replace("-1,0 ", "-0,0 ").replace("+1,0 ", "+0,0 "));
        }
        String shown = String.join("\n", diff.subList(0, Math.min(diff.size(), MAX_LINES)));
        String ending = old.get().endsWith("\n") != now.get().endsWith("\n") && before.isPresent() && after.isPresent()
                ? "\n\\ " + (now.get().endsWith("\n") ? "The new" : "The old")
                        + " text ends with a line break, the other does not"
                : "";
        return diff.size() > MAX_LINES
                ? shown + "\n… " + (diff.size() - MAX_LINES) + " more lines" + ending
                : shown + ending;
    }

    private static String sizes(String path, Optional<byte[]> before, Optional<byte[]> after) {
        return path + ": " + size(before) + " -> " + size(after);
    }

    private static String size(Optional<byte[]> content) {
        return content.map(bytes -> bytes.length + " bytes, SHA-256 " + Digests.of(bytes))
                .orElse("nothing");
    }

    private static Optional<String> text(Optional<byte[]> content) {
        if (content.isEmpty()) {
            return Optional.of("");
        }
        return content.get().length > MAX_BYTES
                ? Optional.empty()
                : TextFile.decode(content.get(), true).map(TextFile.Decoded::text);
    }

    private static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : text.lines().toList();
    }
}
