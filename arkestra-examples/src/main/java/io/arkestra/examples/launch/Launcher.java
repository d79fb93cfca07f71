package io.arkestra.examples.launch;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sun.misc.Signal;

/**
 * Runs a main class in a JVM of its own that inherits standard input, output and error, waits for it and ends with its
 * exit code. When this JVM is told to end, the child is ended too.
 *
 * <p>Maven calls it inside its own JVM. The exec plugin's own way of starting a process reads from the standard input
 * that it hands over, so that lines piped into the chat would be lost.
 */
public final class Launcher {

    private Launcher() {}

    /**
     * @param args the main class, then its arguments
     * @throws IOException if the JVM cannot be started
     * @throws InterruptedException if the wait for its end is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-classpath", classPath()));
        command.addAll(List.of(args));

        Process child = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroy, "launcher-end"));
        // Ctrl-C reaches the child as well. It decides what that means, and this process stays until it has decided.
        Signal.handle(new Signal("INT"), ignored -> {});

        int exit = child.waitFor();
        if (exit != 0) {
            System.exit(exit);
        }
    }

    /** The class path of this class: Maven's loader lists it as addresses, a plain JVM as a property. */
    private static String classPath() {
        if (Launcher.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs())
                    .map(Launcher::file)
                    .collect(Collectors.joining(System.getProperty("path.separator")));
        }
        return System.getProperty("java.class.path");
    }

    private static String file(URL address) {
        try {
            return Path.of(address.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Class path entry is not a file: " + address, e);
        }
    }
}
