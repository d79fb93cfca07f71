package io.arkestra.guard;

import java.util.List;

/**
 * Finds names of people, places and organisations, which rules cannot. Optional: none is used unless the host names one. The guard asks
 * it about whole texts on their way to a model elsewhere, to logs and to the store, never about text that arrives in chunks; what it
 * finds there is masked or gets a name like any other value.
 *
 * <p>Thread-safe. It may take long: the one who waits is the turn. When it fails, the text is guarded by the rules alone.
 */
public interface EntityRecognizer extends AutoCloseable {

    /** Its name, for {@code describe()} and for the rule id of what it finds. */
    String id();

    /** Types that it may find, in upper case, for example {@code PERSON}. */
    List<String> types();

    /** What the text holds, in order of position; ranges that lie outside the text are left out by the guard. */
    List<Entity> recognize(String text);

    @Override
    default void close() {}

    /**
     * One entity.
     *
     * @param type one of {@link EntityRecognizer#types()}
     * @param start offset of its first UTF-16 code unit
     * @param end offset after its last one
     */
    record Entity(String type, int start, int end) {}
}
