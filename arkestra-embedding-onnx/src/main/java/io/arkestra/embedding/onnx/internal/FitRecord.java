package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.LanguageTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** What the self-tests of a model found, kept in a file, because they cost as much as some dozen texts. Thread-safe. */
final class FitRecord {
    private static final String TOKENS = "tokens";

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    FitRecord(Path file) {
        this.file = file;
    }

    Optional<LanguageFit> read(Locale language) {
        lock.lock();
        try {
            return all().get(language.getLanguage())
                    .filter(Json::isNumber)
                    .map(Json::asDouble)
                    .map(d -> LanguageFit.of(language, d >= LanguageTest.LEAST, d));
        } finally {
            lock.unlock();
        }
    }

    void write(LanguageFit fit) {
        write(fit.language().getLanguage(), Json.of(fit.separation()));
    }

    /** Whether the model was found to take as many tokens as it is said to. */
    boolean isTried() {
        lock.lock();
        try {
            return all().has(TOKENS);
        } finally {
            lock.unlock();
        }
    }

    void tried(int tokens) {
        write(TOKENS, Json.of(tokens));
    }

    private void write(String key, Json value) {
        lock.lock();
        try {
            Json all = all().with(key, value);
            Path part = Files.createTempFile(file.getParent(), "self-test", ".part");
            Files.writeString(part, all.toString());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // It is made again at the next start.
        } finally {
            lock.unlock();
        }
    }

    private Json all() {
        try {
            Json json = Files.exists(file) ? Json.parse(Files.readString(file)) : Json.emptyObject();
            return json.isObject() ? json : Json.emptyObject();
        } catch (IOException | InvalidInputException e) {
            return Json.emptyObject();
        }
    }
}
