package io.arkestra.llm.llamacpp.worker.internal;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Finds the jars that the child needs, without loading a class of them: loading one would load native code into the host. */
public final class WorkerClassPath {
    private static final String LIBRARY = "de/kherud/llama/LlamaModel.class";

    private WorkerClassPath() {}

    /** Whether the library with llama.cpp inside is on the class path. */
    public static boolean libraryPresent() {
        return find(LIBRARY).isPresent();
    }

    /** Class path of the child. Jars within a jar are unpacked into the directory. */
    static String in(Path directory) throws IOException {
        Set<String> entries = new LinkedHashSet<>();
        for (String resource : List.of(name(WorkerMain.class), name(Json.class), LIBRARY)) {
            URL found = find(resource)
                    .orElseThrow(() -> new IOException("'" + resource + "' is not on the class path; add"
                            + " de.kherud:llama to the application's dependencies"));
            entries.add(entry(found, resource, directory).toString());
        }
        return String.join(java.io.File.pathSeparator, entries);
    }

    /** The directory or jar that holds a resource. */
    static Path entry(URL url, String resource, Path directory) throws IOException {
        String text = url.toString();
        if (!text.endsWith(resource)) {
            throw new IOException("Unexpected address " + text);
        }
        String root = text.substring(0, text.length() - resource.length());
        if (root.startsWith("file:")) {
            return path(root);
        }
        if (!root.startsWith("jar:")) {
            throw new IOException("The class path entry " + root
                    + " can be used neither as a file nor as a jar; run the application from ordinary jars");
        }
        // jar:file:/a/app.jar!/ | jar:file:/a/app.jar!/lib/x.jar!/ | jar:nested:/a/app.jar/!lib/x.jar!/
        String inner = root.substring("jar:".length()).replace("/!", "!/");
        inner = inner.startsWith("nested:") ? "file:" + inner.substring("nested:".length()) : inner;
        String[] parts = inner.split("!/");
        Path outer = path(parts[0]);
        return parts.length == 1 ? outer : unpacked(outer, parts[1], directory);
    }

    private static Path unpacked(Path outer, String name, Path directory) throws IOException {
        Path target = directory.resolve(name.substring(name.lastIndexOf('/') + 1));
        if (!name.endsWith(".jar")) {
            throw new IOException("Classes below " + name + " of " + outer
                    + " cannot be given to another process; keep arkestra's jars as jars");
        }
        try (ZipFile zip = new ZipFile(outer.toFile())) {
            @Nullable ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new IOException("There is no " + name + " in " + outer);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return target;
    }

    private static Path path(String uri) throws IOException {
        try {
            return Path.of(new URI(uri));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("Not a file: " + uri, e);
        }
    }

    private static Optional<URL> find(String resource) {
        ClassLoader own = WorkerClassPath.class.getClassLoader();
        @Nullable URL found = own == null ? null : own.getResource(resource);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (found == null && context != null) {
            found = context.getResource(resource);
        }
        return Optional.ofNullable(found);
    }

    private static String name(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }
}
