package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.Memory;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Brings the tools for documents and projects. */
public final class DocumentToolsProvider implements ToolProvider {
    private static final String ROOTS = "roots";

    @Override
    public String id() {
        return "documents";
    }

    @Override
    public SettingsSpec settings() {
        return Limits.with(SettingsSpec.none()
                .with(SettingKey.optional(
                        ROOTS,
                        Type.STRING,
                        "none",
                        "Directories that may be read, as a list or separated by commas.")));
    }

    @Override
    public List<Tool> tools(ProviderContext context) {
        Memory memory = context.require(Memory.class);
        FileSource files = new RootFiles(roots(context.settings()));
        Library library = new Library(memory.documents(), files, Limits.of(context.settings()));
        List<Tool> tools = new ArrayList<>();
        tools.add(new ImportDocument(library));
        tools.addAll(KeptDocuments.all(library));
        return List.copyOf(tools);
    }

    private static List<Path> roots(Settings settings) {
        Json json = settings.json().get(ROOTS).orElse(Json.array(List.of()));
        List<String> named = json.kind() == Json.Kind.ARRAY
                ? json.items().stream().map(Json::asString).toList()
                : List.of(json.asString().split(","));
        return named.stream()
                .map(String::strip)
                .filter(root -> !root.isEmpty())
                .map(Path::of)
                .toList();
    }
}
