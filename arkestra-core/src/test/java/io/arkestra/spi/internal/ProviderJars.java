package io.arkestra.spi.internal;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles small provider classes into real jars, so that class loading fails the way it does at a user's. */
final class ProviderJars {
    private final Path directory;
    private final List<Path> jars = new ArrayList<>();

    ProviderJars(Path directory) {
        this.directory = directory;
    }

    /** Starts a jar. */
    Jar jar(String name) {
        return new Jar(name);
    }

    /** A loader over all jars made so far. */
    URLClassLoader loader(ClassLoader parent) throws IOException {
        return loader(parent, jars.toArray(Path[]::new));
    }

    static URLClassLoader loader(ClassLoader parent, Path... jars) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), parent);
    }

    /** A jar being filled. */
    final class Jar {
        private final String name;
        private final Map<String, String> sources = new LinkedHashMap<>();
        private final List<String> left = new ArrayList<>();
        private final StringBuilder services = new StringBuilder();
        private String service = "io.arkestra.policy.PolicyProvider";

        private Jar(String name) {
            this.name = name;
        }

        /** The contract that the jar's providers are for. */
        Jar service(String contract) {
            service = contract;
            return this;
        }

        /** A class that is compiled and put in. */
        Jar source(String type, String source) {
            sources.put(type, source);
            return this;
        }

        /** A policy provider with a body, declared as a service. */
        Jar provider(String type, String body) {
            return source(type, """
                            package x;
                            public class %s implements io.arkestra.policy.PolicyProvider {
                              %s
                              public io.arkestra.policy.Policy open(io.arkestra.spi.ProviderContext context) { return null; }
                            }
                            """.formatted(type, body)).declare("x." + type);
        }

        /** A provider with an id and a priority. */
        Jar provider(String type, String id, int priority) {
            return provider(
                    type,
                    "public String id() { return \"%s\"; } public int priority() { return %d; }"
                            .formatted(id, priority));
        }

        /** A line of the service file. */
        Jar declare(String line) {
            services.append(line).append('\n');
            return this;
        }

        /** A class that is compiled, but missing from the jar. */
        Jar leaveOut(String type) {
            left.add(type + ".class");
            return this;
        }

        Path build() throws IOException {
            Path root = Files.createTempDirectory(directory, "classes");
            if (!sources.isEmpty()) {
                compile(root);
            }
            Path jar = directory.resolve(name);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String entry = root.relativize(file).toString().replace('\\', '/');
                    if (entry.endsWith(".class") && left.stream().noneMatch(entry::endsWith)) {
                        put(out, entry, Files.readAllBytes(file));
                    }
                }
                put(out, "META-INF/services/" + service, services.toString().getBytes(StandardCharsets.UTF_8));
            }
            jars.add(jar);
            return jar;
        }

        private void compile(Path root) throws IOException {
            Path sourceDirectory = Files.createDirectories(root.resolve("src"));
            List<Path> files = new ArrayList<>();
            for (Map.Entry<String, String> source : sources.entrySet()) {
                files.add(Files.writeString(sourceDirectory.resolve(source.getKey() + ".java"), source.getValue()));
            }
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter messages = new StringWriter();
            try (StandardJavaFileManager manager =
                    compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
                String classPath = System.getProperty("java.class.path") + classPath();
                List<String> options = List.of("-d", root.toString(), "-proc:none", "-cp", classPath);
                boolean compiled = compiler.getTask(
                                messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                        .call();
                if (!compiled) {
                    throw new IllegalStateException(messages.toString());
                }
            }
        }

        private String classPath() {
            StringBuilder path = new StringBuilder();
            jars.forEach(jar -> path.append(java.io.File.pathSeparator).append(jar));
            return path.toString();
        }

        private static void put(JarOutputStream out, String entry, byte[] content) throws IOException {
            out.putNextEntry(new JarEntry(entry));
            out.write(content);
            out.closeEntry();
        }
    }
}
