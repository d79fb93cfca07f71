package io.arkestra.memory.semantic.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that talks and embeds until it is killed; says each message that is committed. */
public final class KilledEmbedding {
    private KilledEmbedding() {}

    /** @param arguments home, number of the run */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        WordEmbedder embedder = new WordEmbedder("words", 64, 32);
        Talk talk = new Talk(Path.of(arguments[0]), embedder.everywhere(), SemanticIndex.ROOM);
        for (int i = 0; ; i++) {
            var message = talk.say(Talk.ANN, "run" + arguments[1] + "-" + i / 20, "word" + i % 70);
            if (i % 7 == 3) {
                talk.delete(message);
            }
            out.println(i + ".");
        }
    }
}
