package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code fs.list}: what is in a directory. */
final class ListTool extends FileTool {
    ListTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.list",
                                "Lists the files and directories in a directory, sorted by name, also deeper and by a pattern of names. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": %s,
                                    "root": %s,
                                    "depth": {"type": "integer", "minimum": 1, "maximum": 64, "description": "how deep; 1 unless given, 64 with a glob"},
                                    "glob": {"type": "string", "minLength": 1, "maxLength": 500, "description": "for example *.java or docs/**/*.md"},
                                    "hidden": {"type": "boolean", "description": "also names that begin with a dot"},
                                    "limit": {"type": "integer", "minimum": 1, "maximum": 100000}
                                  },
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": {"type": "string"},
                                    "entries": {"type": "array", "items": {
                                      "type": "object",
                                      "properties": {
                                        "path": {"type": "string"},
                                        "type": {"enum": ["file", "directory", "link", "other"]},
                                        "bytes": {"type": "integer"},
                                        "modified": {"type": "string"}
                                      },
                                      "required": ["path", "type"]
                                    }},
                                    "truncated": {"type": "boolean"},
                                    "passedOver": {"type": "integer"}
                                  },
                                  "required": ["path", "entries", "truncated"]
                                }
                                """)
                        .capability("fs.read")
                        .examples("Which files are in docs?", "Какие файлы в проекте?")
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Place place = place(call);
        Json arguments = call.arguments();
        Optional<Glob> glob = arguments.string("glob").map(Glob::of);
        int limit = (int) Math.min(
                arguments.integer("limit").orElse(Long.MAX_VALUE),
                access().limits().results());
        int depth = arguments.integer("depth").map(Math::toIntExact).orElse(glob.isPresent() ? 64 : 1);
        List<Json> entries = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Visit visit = new Visit(
                access().roots(),
                depth,
                arguments.bool("hidden").orElse(false),
                (directory, found, entry) -> {
                    if (glob.isPresent() && !glob.get().matches(below(place, found))) {
                        return true;
                    }
                    if (entries.size() >= limit) {
                        return false;
                    }
                    entries.add(json(found, entry));
                    lines.add(line(found, entry));
                    return true;
                },
                CallCancellation.of(context));
        return told(place.relative(), () -> {
            visit.walk(place);
            if (lines.isEmpty()) {
                lines.add("Nothing found.");
            }
            if (visit.cut()) {
                lines.add("[cut here: there is more; narrow it by path, glob or depth]");
            }
            if (visit.passedOver() > 0) {
                lines.add("[" + visit.passedOver() + " protected or unreadable left out]");
            }
            return result(
                    place,
                    String.join("\n", lines),
                    Json.object()
                            .put("path", place.relative())
                            .put("entries", Json.array(entries))
                            .put("truncated", visit.cut())
                            .put("passedOver", visit.passedOver())
                            .build());
        });
    }

    static String below(Place top, Place found) {
        return String.join(
                "/", found.names().subList(top.names().size(), found.names().size()));
    }

    private static Json json(Place place, Entry entry) {
        Json.ObjectBuilder json = Json.object()
                .put("path", place.relative())
                .put("type", entry.kind().name().toLowerCase(Locale.ROOT));
        if (entry.kind() == Entry.Kind.FILE) {
            json.put("bytes", entry.bytes()).put("modified", entry.modified().toString());
        }
        return json.build();
    }

    private static String line(Place place, Entry entry) {
        return switch (entry.kind()) {
            case FILE -> place.relative() + " (" + entry.bytes() + " bytes)";
            case DIRECTORY -> place.relative() + "/";
            case LINK -> place.relative() + " (a link; not followed)";
            case OTHER -> place.relative() + " (a device, pipe or socket)";
        };
    }
}
