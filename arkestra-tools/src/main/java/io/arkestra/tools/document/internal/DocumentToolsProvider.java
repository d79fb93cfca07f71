package io.arkestra.tools.document.internal;

import io.arkestra.memory.Memory;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tools.fs.internal.RootSource;
import io.arkestra.tools.project.internal.IndexLimits;
import io.arkestra.tools.project.internal.ProjectTools;
import java.util.ArrayList;
import java.util.List;

/** Brings the tools for documents and projects. */
public final class DocumentToolsProvider implements ToolProvider {
    @Override
    public String id() {
        return "documents";
    }

    @Override
    public SettingsSpec settings() {
        SettingsSpec files = SettingsSpec.none()
                .with(SettingKey.optional(
                        "roots", Type.LIST, "none", "Directories that may be read, each as name=path."))
                .with(SettingKey.optional("deny", Type.LIST, "none", "What is never read besides the shipped list."))
                .with(SettingKey.optional(
                        "except",
                        Type.LIST,
                        "none",
                        "Names that id_* and .env* of the shipped list mean and that hold no keys."));
        return IndexLimits.with(Limits.with(files));
    }

    @Override
    public List<Tool> tools(ProviderContext context) {
        Memory memory = context.require(Memory.class);
        FileSource files = RootSource.of(context);
        Library library = new Library(memory.documents(), files, Limits.of(context.settings()));
        List<Tool> tools = new ArrayList<>();
        tools.add(new ImportDocument(library));
        tools.addAll(KeptDocuments.all(library));
        tools.addAll(ProjectTools.open(context, memory.documents(), files));
        return List.copyOf(tools);
    }
}
