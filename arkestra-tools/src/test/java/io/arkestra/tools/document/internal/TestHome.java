package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryProvider;
import io.arkestra.spi.Provider;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A real store and memory with the tools on them. */
public final class TestHome implements AutoCloseable {
    private final DocStore store;
    private final Memory memory;
    private final TestProviderContext context;
    private final List<Tool> tools;

    private TestHome(@Nullable Path home, Json settings) {
        this.store = first(DocStoreProvider.class).open(part(home, "store").build());
        TestProviderContext.Builder parts = part(home, "memory").service(DocStore.class, store);
        ServiceLoader.load(KeywordIndexProvider.class)
                .findFirst()
                .ifPresent(words -> parts.service(KeywordIndexProvider.class, words));
        this.memory = first(MemoryProvider.class).open(parts.build());
        this.context = TestProviderContext.builder()
                .settings(settings)
                .service(DocStore.class, store)
                .service(Memory.class, memory)
                .build();
        this.tools = new DocumentToolsProvider().tools(context);
    }

    private static <P extends Provider> P first(Class<P> kind) {
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .max(Comparator.comparingInt(Provider::priority))
                .orElseThrow();
    }

    private static TestProviderContext.Builder part(@Nullable Path home, String part) {
        TestProviderContext.Builder builder = TestProviderContext.builder();
        try {
            return home == null ? builder : builder.dataDirectory(Files.createDirectories(home.resolve(part)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In memory, allowed to read these directories. */
    public static TestHome of(Path... roots) {
        return with(null, Json.emptyObject(), roots);
    }

    public static TestHome at(Path home, Path... roots) {
        return with(home, Json.emptyObject(), roots);
    }

    /** With more settings than the roots. */
    public static TestHome with(@Nullable Path home, Json more, Path... roots) {
        Json.ObjectBuilder settings = Json.object()
                .put(
                        "roots",
                        Json.strings(IntStream.range(0, roots.length)
                                .mapToObj(i -> "r" + i + "=" + roots[i])
                                .toList()));
        more.members().forEach(settings::put);
        return new TestHome(home, settings.build());
    }

    public Memory memory() {
        return memory;
    }

    public DocStore store() {
        return store;
    }

    public Tool tool(String name) {
        return tools.stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** As the engine does it: targets, prepare, call. */
    public ToolResult run(String name, String arguments, ToolContext context) {
        return run(name, arguments, prepare(name, arguments, context), context);
    }

    public Prepared prepare(String name, String arguments, ToolContext context) {
        ToolCall call = ToolCall.of("call", name, Json.parse(arguments));
        tool(name).targets(call, context);
        return tool(name).prepare(call, context);
    }

    public ToolResult run(String name, String arguments, Prepared prepared, ToolContext context) {
        return tool(name).call(ToolCall.of("call", name, Json.parse(arguments)), prepared, context);
    }

    @Override
    public void close() {
        context.close();
        memory.close();
        store.close();
    }
}
