package io.arkestra.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Fills a home by talking, in a process of its own: the process that is measured must not have loaded the engine before. */
final class PreparedHome {
    private PreparedHome() {}

    /** A new home with this many messages in its log, half of them the assistant's. */
    static Path with(int messages) {
        Path home = Homes.create();
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        PreparedHome.class.getName(),
                        home.toString(),
                        Integer.toString(messages))
                .inheritIO();
        try {
            int code = process.start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("Preparing a home ended with code " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a home was prepared", e);
        }
        return home;
    }

    public static void main(String[] args) {
        try (ArkestraAssistant assistant = ArkestraAssistant.minimal(Path.of(args[0]), false)) {
            Conversation conversation = new Conversation(assistant);
            for (int messages = 0; messages < Integer.parseInt(args[1]); messages += 2) {
                conversation.next();
            }
            assistant.index();
        }
    }
}
