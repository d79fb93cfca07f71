package io.arkestra.tool;

import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of the words in something that a call changes. The engine keeps account of where the words of files came from; without a
 * flow it takes it that what a call changes keeps the words that were in it, and gets those that the model had seen.
 *
 * @param sort what becomes of them
 * @param from what had the words, or gets new ones
 * @param to where they go, for {@link Sort#MOVED} and {@link Sort#COPIED}
 */
public record Flow(Sort sort, Target from, Optional<Target> to) {
    /** What can become of words. */
    public enum Sort {
        /** None of the words that were there stay: all that is there now is from the arguments of the call. */
        REPLACED,
        /** The words go with everything below it. Undoing the call brings them back. */
        REMOVED,
        /** The words go to another place, with everything below it. */
        MOVED,
        /** The words are in another place as well afterwards; a content is known by its digest, wherever it is found. */
        COPIED
    }

    public Flow {
        Objects.requireNonNull(sort, "sort");
        Objects.requireNonNull(from, "from");
        if (to.isPresent() != (sort == Sort.MOVED || sort == Sort.COPIED)) {
            throw new IllegalArgumentException(
                    "A flow of the sort " + sort + (to.isPresent() ? " leads nowhere" : " has to say where it leads"));
        }
    }

    /** Everything that was there is replaced by what the arguments say. */
    public static Flow replaced(Target target) {
        return new Flow(Sort.REPLACED, target, Optional.empty());
    }

    /** It is removed, with everything below it. */
    public static Flow removed(Target target) {
        return new Flow(Sort.REMOVED, target, Optional.empty());
    }

    /** It is moved, with everything below it. */
    public static Flow moved(Target from, Target to) {
        return new Flow(Sort.MOVED, from, Optional.of(to));
    }

    /**
     * What is in the one is in the other as well. Of a file and its new {@link Target#CONTENT}: what is known of the file is known of the
     * content, and the other way round of the content that was there.
     */
    public static Flow copied(Target from, Target to) {
        return new Flow(Sort.COPIED, from, Optional.of(to));
    }
}
