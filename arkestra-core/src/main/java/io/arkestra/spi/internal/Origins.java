package io.arkestra.spi.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names the jar or directory that something comes from. */
final class Origins {
    private Origins() {}

    static String ofClass(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return "module " + type.getModule();
        }
        return name(source.getLocation().toString());
    }

    /** The classes that the service files seen by a loader declare, each with its jar. */
    static Map<String, String> declared(Class<?> service, ClassLoader loader) {
        Map<String, String> declared = new LinkedHashMap<>();
        try {
            Enumeration<URL> files = loader.getResources("META-INF/services/" + service.getName());
            while (files.hasMoreElements()) {
                URL file = files.nextElement();
                String jar = name(file.toString().replaceAll("!?/META-INF/services/.*", ""));
                read(file, jar, declared);
            }
        } catch (IOException e) {
            // Only names for messages come from here; the service loader meets the same file and reports it.
            return declared;
        }
        return declared;
    }

    private static void read(URL file, String jar, Map<String, String> declared) throws IOException {
        URLConnection connection = file.openConnection();
        // A cached connection would keep the jar open for as long as the process lives.
        connection.setUseCaches(false);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(line -> line.replaceAll("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> declared.putIfAbsent(line, jar));
        }
    }

    /** A jar by its file name, a directory by its path: the name {@code classes} alone tells nobody anything. */
    private static String name(String location) {
        String file = location.startsWith("jar:") ? location.substring(4) : location;
        try {
            Path path = Path.of(new URI(file));
            Path last = path.getFileName();
            return last != null && last.toString().endsWith(".jar") ? last.toString() : path.toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return location;
        }
    }
}
