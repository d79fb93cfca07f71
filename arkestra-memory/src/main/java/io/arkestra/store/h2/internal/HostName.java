package io.arkestra.store.h2.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The name of this machine as it calls itself. {@code InetAddress} would ask a resolver, over the network as a rule. */
final class HostName {
    private static final List<String> VARIABLES = List.of("HOSTNAME", "COMPUTERNAME");
    private static final List<Path> FILES = List.of(Path.of("/proc/sys/kernel/hostname"), Path.of("/etc/hostname"));
    private static final int LONGEST = 255;

    private HostName() {}

    static String get() {
        return of(System.getenv(), FILES);
    }

    /** From the environment, else from the first line of the first file that has one. */
    static String of(Map<String, String> environment, List<Path> files) {
        for (String variable : VARIABLES) {
            String name = tidy(environment.getOrDefault(variable, ""));
            if (!name.isEmpty()) {
                return name;
            }
        }
        for (Path file : files) {
            String name = firstLine(file);
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "this machine";
    }

    private static String firstLine(Path file) {
        try {
            return Files.isReadable(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .map(HostName::tidy)
                            .orElse("")
                    : "";
        } catch (IOException e) {
            return ""; // the next file may tell
        }
    }

    /** Without what a line of text cannot show. */
    private static String tidy(String name) {
        String visible = name.replaceAll("[\\p{Cntrl}\\p{Cs}]", "").strip();
        return visible.substring(0, Math.min(visible.length(), LONGEST));
    }
}
