package io.arkestra.tools.fs.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code fs.search}: lines of text files that hold a text or match a regular expression, in linear time. */
final class SearchTool extends FileTool {
    private static final int SHOWN_LINE = 300;
    private static final int USUAL_RESULTS = 100;
    private static final int PROGRESS_STEP = 100;

    SearchTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.search",
                                "Finds lines in text files by a text or a regular expression, and the files by a pattern of names. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "query": {"type": "string", "minLength": 1, "maxLength": 1000},
                                    "regex": {"type": "boolean", "description": "whether the query is a regular expression (RE2)"},
                                    "ignoreCase": {"type": "boolean"},
                                    "path": %s,
                                    "root": %s,
                                    "glob": {"type": "string", "minLength": 1, "maxLength": 500, "description": "which files, for example *.java"},
                                    "hidden": {"type": "boolean", "description": "also names that begin with a dot"},
                                    "limit": {"type": "integer", "minimum": 1, "maximum": 100000, "description": "lines; 100 unless given"}
                                  },
                                  "required": ["query"],
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "matches": {"type": "array", "items": {
                                      "type": "object",
                                      "properties": {"path": {"type": "string"}, "line": {"type": "integer"}, "text": {"type": "string"}},
                                      "required": ["path", "line", "text"]
                                    }},
                                    "files": {"type": "integer"},
                                    "truncated": {"type": "boolean"},
                                    "passedOver": {"type": "integer"}
                                  },
                                  "required": ["matches", "files", "truncated"]
                                }
                                """)
                        .capability("fs.read")
                        .cost(CostClass.MEDIUM)
                        .examples("Where is parseDate called?", "Найди в проекте слово TODO")
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Place place = place(call);
        Search search = new Search(call.arguments(), place, context);
        return told(place.relative(), () -> search.run());
    }

    private static Pattern pattern(Json arguments) {
        String query = arguments.text("query");
        int flags = arguments.bool("ignoreCase").orElse(false) ? Pattern.CASE_INSENSITIVE : 0;
        try {
            return Pattern.compile(arguments.bool("regex").orElse(false) ? query : Pattern.quote(query), flags);
        } catch (PatternSyntaxException e) {
            throw Refusal.invalid("The query is not a regular expression of RE2 (no back references, no look-around): "
                    + e.getDescription());
        }
    }

    private final class Search {
        private final Place top;
        private final ToolContext context;
        private final Pattern pattern;
        private final Optional<Glob> glob;
        private final int limit;
        private final boolean hidden;
        private final List<Json> matches = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        /** The files whose words are in the result. */
        private final List<Target> shown = new ArrayList<>();

        private int files;
        private int skipped;
        private boolean full;

        Search(Json arguments, Place top, ToolContext context) {
            this.top = top;
            this.context = context;
            this.pattern = pattern(arguments);
            this.glob = arguments.string("glob").map(Glob::of);
            this.hidden = arguments.bool("hidden").orElse(false);
            this.limit = (int) Math.min(
                    arguments.integer("limit").orElse((long) USUAL_RESULTS),
                    access().limits().results());
        }

        ToolResult run() throws IOException {
            boolean cut = false;
            int passedOver = 0;
            if (single()) {
                cut = full;
            } else {
                Visit visit = new Visit(
                        access().roots(),
                        Integer.MAX_VALUE,
                        hidden,
                        (directory, found, entry) -> entry.kind() != Entry.Kind.FILE
                                || glob.map(names -> !names.matches(ListTool.below(top, found)))
                                        .orElse(false)
                                || search(directory, found, entry),
                        CallCancellation.of(context));
                visit.walk(top);
                cut = visit.cut() || full;
                passedOver = visit.passedOver();
            }
            if (matches.isEmpty()) {
                text.append("Nothing found in ").append(files).append(" files.\n");
            }
            if (cut) {
                text.append("[cut here: there is more; narrow it by path, glob or query]\n");
            }
            if (passedOver + skipped > 0) {
                text.append("[")
                        .append(passedOver + skipped)
                        .append(" protected, unreadable, binary or too large left out]\n");
            }
            return result(
                            top,
                            text.toString().stripTrailing(),
                            Json.object()
                                    .put("matches", Json.array(matches))
                                    .put("files", files)
                                    .put("truncated", cut)
                                    .put("passedOver", passedOver + skipped)
                                    .build())
                    .showing(shown);
        }

        /** The path may name a file. */
        private boolean single() throws IOException {
            if (top.isRoot()) {
                return false;
            }
            try (Directory parent = access().roots().open(top.parent())) {
                Optional<Entry> entry = parent.entry(top.name());
                if (entry.isEmpty() || entry.get().kind() != Entry.Kind.FILE) {
                    return false;
                }
                search(parent, top, entry.get());
                return true;
            }
        }

        private boolean search(Directory directory, Place place, Entry entry) throws IOException {
            if (++files % PROGRESS_STEP == 0) {
                context.progress(place.relative(), files, 0);
            }
            Optional<TextFile.Decoded> decoded = Optional.empty();
            byte[] bytes = {};
            if (entry.bytes() <= access().limits().readBytes()) {
                try {
                    Contents.Read read = Contents.read(
                            directory, place.name(), access().limits().readBytes(), CallCancellation.of(context));
                    decoded = read.whole() ? TextFile.decode(read.bytes(), true) : Optional.empty();
                    bytes = read.bytes();
                } catch (IOException | ToolException e) {
                    CallCancellation.of(context).throwIfCancelled();
                    // It went away meanwhile, or may not be read.
                    decoded = Optional.empty();
                }
            }
            if (decoded.isEmpty()) {
                skipped++;
                return true;
            }
            int before = matches.size();
            lines(place, decoded.get().text());
            if (matches.size() > before) {
                shown.add(words(place));
                shown.add(content(Digests.of(bytes)));
            }
            return !full;
        }

        private void lines(Place place, String content) {
            int number = 0;
            for (String line : (Iterable<String>) content.lines()::iterator) {
                number++;
                if ((number & 0x3FF) == 0) {
                    CallCancellation.of(context).throwIfCancelled();
                }
                if (!pattern.matcher(line).find()) {
                    continue;
                }
                if (matches.size() >= limit
                        || text.length() >= access().limits().shownChars()) {
                    full = true;
                    return;
                }
                String shown = line.length() <= SHOWN_LINE ? line : cut(line) + "…";
                matches.add(Json.object()
                        .put("path", place.relative())
                        .put("line", number)
                        .put("text", shown)
                        .build());
                text.append(place.relative())
                        .append(':')
                        .append(number)
                        .append(": ")
                        .append(shown)
                        .append('\n');
            }
        }
    }

    private static String cut(String line) {
        return line.substring(0, Character.isHighSurrogate(line.charAt(SHOWN_LINE - 1)) ? SHOWN_LINE - 1 : SHOWN_LINE);
    }
}
