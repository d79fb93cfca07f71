package io.arkestra.policy.rules.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of rules that may change while it is used. A new content that cannot be used leaves the rules of before in force, and so does a
 * file that is gone: rules that forbid something must not end by a slip. Thread-safe.
 */
public final class RuleFile {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final byte[] NOTHING = {};

    /**
     * What a look at the file showed.
     *
     * @param changed whether it is another than at the last look
     * @param problem why the new content cannot be used; empty when it is in force
     */
    public record Look(boolean changed, Optional<String> problem) {}

    private final Layer layer;
    private final Path file;
    private volatile RuleIndex index;
    private volatile Optional<String> problem = Optional.empty();
    /** What the rules in force were read from. */
    private byte[] content = NOTHING;

    /** The content that the problem is about; absent when it is about having none. */
    private byte @Nullable [] refused;

    private boolean there;

    private RuleFile(Layer layer, Path file) {
        this.layer = layer;
        this.file = file;
        this.index = new RuleIndex(RuleSet.none(layer));
    }

    /**
     * Opens a file that has to be there.
     *
     * @throws ConfigException when it is not there or cannot be used
     */
    public static RuleFile required(Layer layer, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(
                    "There is no file of rules " + file + "; write one, or take it out of the configuration");
        }
        return optional(layer, file);
    }

    /**
     * Opens a file that may come later; no rules until then.
     *
     * @throws ConfigException when it is there and cannot be used
     */
    public static RuleFile optional(Layer layer, Path file) {
        RuleFile rules = new RuleFile(layer, file);
        rules.look().problem().ifPresent(problem -> {
            throw new ConfigException(problem);
        });
        return rules;
    }

    /** Opens a file that a project brings: one that cannot be used denies everything there until it is mended. */
    public static RuleFile ofProject(Path file) {
        RuleFile rules = new RuleFile(Layer.PROJECT, file);
        if (rules.look().problem().isPresent()) {
            String all = "version: 1\ndefaults: { effect: deny }\n";
            rules.index = new RuleIndex(RuleReader.read(Layer.PROJECT, file + " (unusable)", all));
        }
        return rules;
    }

    public Path path() {
        return file;
    }

    public Layer layer() {
        return layer;
    }

    /** The rules in force. */
    public RuleIndex index() {
        return index;
    }

    /** Why the file as it is now is not in force; empty when it is. */
    public Optional<String> problem() {
        return problem;
    }

    /** Looks at the file, and takes its rules when they are new and can be used. */
    public synchronized Look look() {
        byte @Nullable [] now;
        try {
            now = bytes();
        } catch (IOException e) {
            return refused(null, file + " cannot be read (" + reason(e) + "); the rules of before stay in force");
        }
        if (now == null) {
            if (!there) {
                return new Look(false, problem);
            }
            return refused(null, file + " is gone; the rules of before stay in force until it is there again");
        }
        if (there && Arrays.equals(now, content)) {
            boolean back = problem.isPresent();
            problem = Optional.empty();
            return new Look(back, problem);
        }
        if (problem.isPresent() && Arrays.equals(now, refused)) {
            return new Look(false, problem);
        }
        try {
            RuleSet rules = RuleReader.read(layer, file.toString(), text(now));
            index = new RuleIndex(rules);
            problem = Optional.empty();
            there = true;
            content = now;
            return new Look(true, problem);
        } catch (ConfigException e) {
            return refused(now, String.valueOf(e.getMessage()));
        }
    }

    /** Of the system's failures the kind says what happened, and the text repeats the name of the file. */
    private static String reason(IOException failure) {
        String own = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return own == null ? failure.getClass().getSimpleName() : own;
    }

    private Look refused(byte @Nullable [] now, String why) {
        Optional<String> before = problem;
        boolean same = before.equals(Optional.of(why)) && Arrays.equals(refused, now);
        refused = now;
        problem = Optional.of(why);
        return new Look(!same, problem);
    }

    private String text(byte[] bytes) {
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult end = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (end.isError()) {
            throw new ConfigException(file + ":" + place(text) + ": not UTF-8 text; save the file as UTF-8");
        }
        return text.toString();
    }

    /** Line and column behind a text. */
    private static String place(CharSequence before) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < before.length(); i++) {
            boolean end = before.charAt(i) == '\n';
            line += end ? 1 : 0;
            column = end ? 1 : column + 1;
        }
        return line + ":" + column;
    }

    private byte @Nullable [] bytes() throws IOException {
        // Opening a pipe waits for somebody to write into it: every decision would wait with it.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "is no ordinary file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("larger than 1 MiB");
            }
            return bytes;
        } catch (NoSuchFileException e) { // a file that may come or go
            return null;
        }
    }
}
