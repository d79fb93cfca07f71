package io.arkestra.tools.fs.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tools.git.internal.GitTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Provider {@code files}: the tools for files, and those that read git repositories, in the directories that the host opened. */
public final class FilesProvider implements ToolProvider {
    /** Made by the service loader. */
    public FilesProvider() {}

    @Override
    public String id() {
        return "files";
    }

    @Override
    public SettingsSpec settings() {
        return FilesSettings.SPEC;
    }

    /** No tools at all when no root is named. */
    @Override
    public List<Tool> tools(ProviderContext context) {
        FilesSettings settings = FilesSettings.read(context);
        if (settings.roots().isEmpty()) {
            return List.of();
        }
        Path data = context.dataDirectory().orElseGet(() -> temporary(context));
        FileAccess access = FileAccess.open(settings, data, context.clock(), true, UnaryOperator.identity());
        return tools(access);
    }

    static List<Tool> tools(FileAccess access) {
        List<Tool> tools = new ArrayList<>(List.of(
                new ReadTool(access),
                new ListTool(access),
                new SearchTool(access),
                new WriteTool(access),
                new MoveTool(access),
                new DeleteTool(access)));
        tools.addAll(GitTools.in(access.roots()));
        return List.copyOf(tools);
    }

    /** An engine that keeps everything in memory can undo as long as it is open. */
    private static Path temporary(ProviderContext context) {
        try {
            Path directory = Files.createTempDirectory("arkestra-files");
            context.own(() -> delete(directory));
            return directory;
        } catch (IOException e) {
            throw new ConfigException("No temporary directory for the file tools: " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Path parent = directory.toRealPath().getParent();
        if (parent == null) {
            return;
        }
        var held = HeldDirectory.open(parent);
        try (Directory opened = held.isPresent() ? held.get() : CheckedDirectory.open(parent)) {
            Trees.delete(opened, String.valueOf(directory.getFileName()));
        }
    }
}
