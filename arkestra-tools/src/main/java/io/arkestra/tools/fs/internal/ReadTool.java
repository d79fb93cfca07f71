package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code fs.read}: a text file, or some lines of it. */
final class ReadTool extends FileTool {
    ReadTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.read",
                                "Reads a text file, whole or by lines. Use it to see what is in a file whose path is known. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": %s,
                                    "root": %s,
                                    "from": {"type": "integer", "minimum": 1, "maximum": 1000000000, "description": "first line"},
                                    "lines": {"type": "integer", "minimum": 1, "maximum": 1000000, "description": "how many lines"},
                                    "encoding": {"enum": ["UTF-8", "UTF-16LE", "UTF-16BE", "windows-1251", "KOI8-R", "ISO-8859-1"],
                                      "description": "only when it is neither UTF-8 nor marked"}
                                  },
                                  "required": ["path"],
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": {"type": "string"},
                                    "bytes": {"type": "integer"},
                                    "binary": {"type": "boolean"},
                                    "truncated": {"type": "boolean"},
                                    "sha256": {"type": "string"},
                                    "encoding": {"type": "string"},
                                    "from": {"type": "integer"},
                                    "lines": {"type": "integer"},
                                    "content": {"type": "string"}
                                  },
                                  "required": ["path", "bytes", "binary", "truncated"]
                                }
                                """)
                        .capability("fs.read")
                        .cost(CostClass.LOW)
                        .examples("What does README.md say?", "Покажи файл notes.txt")
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Place place = place(call);
        if (place.isRoot()) {
            throw Refusal.invalid("The path is a directory; use fs.list to see what is in it");
        }
        return told(place.relative(), () -> {
            try (Directory parent = access().roots().open(place.parent())) {
                Contents.Read read = Contents.read(
                        parent, place.name(), access().limits().readBytes(), CallCancellation.of(context));
                List<Target> shown = new ArrayList<>(List.of(words(place)));
                if (read.whole()) {
                    shown.add(content(read.sha256()));
                }
                return result(place, call.arguments(), read).showing(shown);
            }
        });
    }

    private ToolResult result(Place place, Json arguments, Contents.Read read) {
        Json.ObjectBuilder data = Json.object()
                .put("path", place.relative())
                .put("bytes", read.entry().bytes());
        Optional<TextFile.Decoded> decoded = arguments
                .string("encoding")
                .map(name -> TextFile.decode(read.bytes(), read.whole(), Charset.forName(name)))
                .orElseGet(() -> TextFile.decode(read.bytes(), read.whole()));
        if (decoded.isEmpty()) {
            String what = "'" + place.relative() + "' is not text: "
                    + read.entry().bytes() + " bytes" + (read.whole() ? ", SHA-256 " + read.sha256() : "");
            data.put("binary", true).put("truncated", !read.whole());
            if (read.whole()) {
                data.put("sha256", read.sha256());
            }
            return result(place, what, data.build());
        }
        int from = arguments.integer("from").map(Math::toIntExact).orElse(1);
        List<String> lines = decoded.get().text().lines().toList();
        if (from > Math.max(1, lines.size())) {
            throw Refusal.invalid("'" + place.relative() + "' has " + lines.size() + " lines"
                    + (read.whole() ? "" : " in the part that is looked at") + "; line " + from + " is not there");
        }
        int asked = arguments.integer("lines").map(Math::toIntExact).orElse(Integer.MAX_VALUE);
        Shown shown = shown(lines, from - 1, (int) Math.min(lines.size(), from - 1L + asked));
        boolean toTheEnd = shown.next() >= lines.size();
        boolean truncated = shown.cut() || (toTheEnd && !read.whole());
        StringBuilder text = new StringBuilder(shown.text());
        if (truncated) {
            text.append("\n[cut here: ")
                    .append(
                            toTheEnd
                                    ? "no more than " + access().limits().readBytes() + " bytes of a file are looked at"
                                    : "go on with from: " + (shown.next() + 1))
                    .append("]");
        }
        data.put("binary", false)
                .put("truncated", truncated)
                .put("encoding", decoded.get().encoding())
                .put("from", from)
                .put("lines", lines.size())
                .put("content", shown.text());
        if (read.whole()) {
            data.put("sha256", read.sha256());
        }
        return result(place, text.toString(), data.build());
    }

    /** @param next the first line that is not in it */
    private record Shown(String text, int next, boolean cut) {}

    private Shown shown(List<String> lines, int from, int to) {
        int room = access().limits().shownChars();
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            String line = lines.get(i);
            if (text.length() + line.length() + 1 > room) {
                if (text.length() == 0) {
                    // A single line that is too long: its beginning, cut between characters.
                    int end = Character.isHighSurrogate(line.charAt(room - 1)) ? room - 1 : room;
                    return new Shown(line.substring(0, end), i + 1, true);
                }
                return new Shown(text.toString(), i, true);
            }
            text.append(i == from ? "" : "\n").append(line);
        }
        return new Shown(text.toString(), to, false);
    }
}
