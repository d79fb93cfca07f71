package io.arkestra.guard;

/**
 * One sensitive value. Holds where it was, never what it was, so that it can be logged. Use the factory: components that later
 * releases add get their default there.
 *
 * @param type the kind of value in upper case, for example {@code EMAIL}
 * @param start offset of its first UTF-16 code unit in the original text
 * @param end offset after its last one
 * @param rule id of the rule that found it
 */
public record GuardFinding(String type, int start, int end, String rule) {
    public static GuardFinding of(String type, int start, int end, String rule) {
        return new GuardFinding(type, start, end, rule);
    }
}
