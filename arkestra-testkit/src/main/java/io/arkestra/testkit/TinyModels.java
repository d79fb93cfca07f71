package io.arkestra.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes two GGUF models of a megabyte, {@code junior.gguf} and {@code senior.gguf}, with which a whole turn can be seen without
 * downloading any weights. They know nothing: whatever the prompt says, each writes its one document.
 */
public final class TinyModels {
    private static final String JUNIOR = """
            {"intent":"question","slots":{},"tools_hint":[],"style_directive":"short and friendly","rag_query":"garden","confidence":0.9}""";
    private static final String SENIOR = """
            {"text":"Hello from a model of a megabyte: this is all that I can say. Привет! 🌱","memory":[{"kind":"note","text":"Tried the tiny models"}]}""";

    private TinyModels() {}

    /**
     * @param arguments the directory to write to; it is made when there is none, and files of these names are replaced
     * @throws IOException when the files cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "Expected one argument, the directory to write to, but got " + arguments.length);
        }
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        System.out.println(TinyGguf.saying(JUNIOR).write(directory.resolve("junior.gguf")));
        System.out.println(TinyGguf.saying(SENIOR).write(directory.resolve("senior.gguf")));
    }
}
