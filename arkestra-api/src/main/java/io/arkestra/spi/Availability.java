package io.arkestra.spi;

/**
 * Whether a provider can be opened here. Use the factories: components that later releases add get their default there.
 *
 * @param available whether it can
 * @param reason why not, or what it found; one sentence
 */
public record Availability(boolean available, String reason) {
    public static Availability ready() {
        return new Availability(true, "ready");
    }

    public static Availability ready(String detail) {
        return new Availability(true, detail);
    }

    public static Availability missing(String reason) {
        return new Availability(false, reason);
    }
}
