package io.arkestra.provenance.internal;

import io.arkestra.tool.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * By what a file, a directory or a content is known: digests of its names from the root on, so that what is below a directory begins as the
 * directory does, and the key tells nobody what it is called. Names that some file systems hold for the same one are the same one.
 *
 * @param text what it is made of
 */
record ResourceKey(String text) {
    private static final Set<String> PLACES = Set.of(Target.PATH, Target.CWD, Target.HISTORY);
    private static final String PLACE = "p:";
    private static final String CONTENT = "c:";
    /** Digits of each name. That two names have the same ones costs a question and no more. */
    private static final int DIGITS = 10;
    /** An indexed field holds 512 characters; deeper down all that is in one directory counts as one. */
    private static final int DEEPEST = 50;
    /** Comes after every digit. */
    private static final String AFTER_DIGITS = "g";

    static Optional<ResourceKey> of(Target target) {
        if (target.kind().equals(Target.CONTENT)) {
            return Optional.of(new ResourceKey(CONTENT + target.value()));
        }
        return PLACES.contains(target.kind()) ? Optional.of(place(target.value())) : Optional.empty();
    }

    static ResourceKey place(String path) {
        StringBuilder key = new StringBuilder(PLACE);
        int depth = 0;
        for (String name : path.replace('\\', '/').split("/")) {
            if (!name.isEmpty() && depth++ < DEEPEST) {
                key.append(digest(Normalizer.normalize(name, Normalizer.Form.NFC)
                                .toUpperCase(Locale.ROOT)
                                .toLowerCase(Locale.ROOT))
                        .substring(0, DIGITS));
            }
        }
        return new ResourceKey(key.toString());
    }

    boolean isPlace() {
        return text.startsWith(PLACE);
    }

    /** The id of what is kept about it. */
    String id() {
        return digest(text);
    }

    /** It, and the directories that it is in, the nearest first. */
    List<ResourceKey> upwards() {
        List<ResourceKey> all = new ArrayList<>(List.of(this));
        for (int end = text.length() - DIGITS; isPlace() && end >= PLACE.length(); end -= DIGITS) {
            all.add(new ResourceKey(text.substring(0, end)));
        }
        return all;
    }

    /** What no key of something below it reaches. */
    String end() {
        return text + AFTER_DIGITS;
    }

    /** Where this is after the directory that it is in, or it itself, went somewhere else. */
    ResourceKey moved(ResourceKey from, ResourceKey to) {
        String there = to.text + text.substring(from.text.length());
        return new ResourceKey(there.substring(0, Math.min(there.length(), PLACE.length() + DEEPEST * DIGITS)));
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
