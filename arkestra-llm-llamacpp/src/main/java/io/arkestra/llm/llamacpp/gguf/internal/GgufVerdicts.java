package io.arkestra.llm.llamacpp.gguf.internal;

import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Headers and refusals of the files that were looked at last, by path, size and time of modification. Thread-safe. */
public final class GgufVerdicts {
    private static final int MOST = 64;
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<Path, Verdict> VERDICTS = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Verdict> eldest) {
            return size() > MOST;
        }
    };

    private record Verdict(
            long size, FileTime modified, @Nullable GgufHeader header, String refusal) {}

    private GgufVerdicts() {}

    /** The header of a file, or the refusal. */
    public static GgufHeader read(Path file) {
        Path path = file.toAbsolutePath().normalize();
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new GgufException("The model '" + file + "' is not a file; name a file that ends in .gguf");
            }
            Verdict known = known(path);
            if (known == null
                    || known.size != attributes.size()
                    || !known.modified.equals(attributes.lastModifiedTime())) {
                known = judge(path, attributes);
                remember(path, known);
            }
            if (known.header != null) {
                return known.header;
            }
            throw new GgufException("The model file '" + file + "' cannot be used: " + known.refusal);
        } catch (NoSuchFileException e) {
            throw new GgufException("There is no model file '" + file + "'; check the path", e);
        } catch (IOException e) {
            throw new GgufException("The model file '" + file + "' cannot be read: " + e, e);
        }
    }

    private static Verdict judge(Path path, BasicFileAttributes attributes) throws IOException {
        long size = attributes.size();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            GgufHeader header = GgufRules.check(GgufReader.read(new GgufInput(channel, size)), size);
            return new Verdict(size, attributes.lastModifiedTime(), header, "");
        } catch (Unacceptable e) {
            return new Verdict(size, attributes.lastModifiedTime(), null, e.getMessage());
        }
    }

    private static @Nullable Verdict known(Path path) {
        LOCK.lock();
        try {
            return VERDICTS.get(path);
        } finally {
            LOCK.unlock();
        }
    }

    private static void remember(Path path, Verdict verdict) {
        LOCK.lock();
        try {
            VERDICTS.put(path, verdict);
        } finally {
            LOCK.unlock();
        }
    }
}
