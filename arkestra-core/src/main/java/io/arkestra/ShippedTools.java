package io.arkestra;

import io.arkestra.tool.ToolProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Set;

/**
 * The providers of tools that are part of Arkestra although they come in a jar of their own. They are named one by one: any jar could put
 * classes into a package of ours.
 */
final class ShippedTools {
    private static final Set<String> PROVIDERS = Set.of(
            "io.arkestra.tools.document.internal.DocumentToolsProvider", "io.arkestra.tools.fs.internal.FilesProvider");

    private ShippedTools() {}

    /**
     * Whether it is one of them: by its name, loaded by the loader of the engine, and the only one of that name. Where two jars bring it,
     * nobody knows which of them is ours.
     */
    static boolean has(ToolProvider provider) {
        Class<?> type = provider.getClass();
        ClassLoader loader = ShippedTools.class.getClassLoader();
        return PROVIDERS.contains(type.getName()) && type.getClassLoader() == loader && isSingle(type, loader);
    }

    private static boolean isSingle(Class<?> type, ClassLoader loader) {
        try {
            String file = type.getName().replace('.', '/') + ".class";
            return Set.copyOf(Collections.list(loader.getResources(file)).stream()
                                    .map(Object::toString)
                                    .toList())
                            .size()
                    == 1;
        } catch (IOException e) {
            throw new UncheckedIOException("The class path cannot be read for " + type.getName(), e);
        }
    }
}
