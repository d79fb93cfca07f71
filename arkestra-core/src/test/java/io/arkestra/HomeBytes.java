package io.arkestra;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Looks for words in every byte below a directory. */
final class HomeBytes {
    private static final List<Charset> ENCODINGS =
            List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);

    private HomeBytes() {}

    /** Files that hold the word in any encoding, as it is or in lower case. */
    static List<String> holding(Path directory, String word) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (Charset encoding : ENCODINGS) {
                    for (String form : List.of(word, word.toLowerCase(Locale.ROOT))) {
                        String wanted = new String(form.getBytes(encoding), StandardCharsets.ISO_8859_1);
                        if (bytes.contains(wanted) || file.toString().contains(form)) {
                            found.add(directory.relativize(file) + " (" + encoding + ")");
                        }
                    }
                }
            }
        }
        return found;
    }
}
