package io.arkestra.memory;

/**
 * A step of the nightly work that is done. Use the factory: components that later releases add get their default there.
 *
 * @param step its name, for example {@code summarise}
 * @param done how many of the steps are done, over all users
 * @param total how many there are
 * @param changed how many records the step changed
 */
public record SleepProgress(String step, int done, int total, long changed) {
    public static SleepProgress of(String step, int done, int total, long changed) {
        return new SleepProgress(step, done, total, changed);
    }
}
