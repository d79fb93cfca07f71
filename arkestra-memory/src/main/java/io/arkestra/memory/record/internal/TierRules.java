package io.arkestra.memory.record.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Statement;
import io.arkestra.memory.Tier;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * How long memories stay where.
 *
 * @param shortCap records of a user in {@link Tier#SHORT}; more move on
 * @param tempCap records of a user in {@link Tier#TEMP}; more move on
 * @param tempTtl how long a record stays in {@link Tier#TEMP} without being told or used again
 * @param halfLife after which half of what a memory matters above the floor is gone
 * @param floor below which importance does not fade
 */
public record TierRules(long shortCap, long tempCap, Duration tempTtl, Duration halfLife, double floor) {
    public static final SettingsSpec SETTINGS = SettingsSpec.none()
            .with(SettingKey.optional(
                    "shortCap",
                    SettingKey.Type.INTEGER,
                    "100",
                    "Just learned memories of a user; when there are more, the oldest move on to temporary ones."))
            .with(SettingKey.optional(
                    "tempCap",
                    SettingKey.Type.INTEGER,
                    "500",
                    "Temporary memories of a user; when there are more, the oldest move on to lasting ones."))
            .with(SettingKey.optional(
                    "tempTtl",
                    SettingKey.Type.DURATION,
                    "P30D",
                    "How long a temporary memory stays without being told or used again."))
            .with(SettingKey.optional(
                    "halfLife",
                    SettingKey.Type.DURATION,
                    "P90D",
                    "After this time without being told again a memory matters half as much."))
            .with(SettingKey.optional(
                    "importanceFloor", SettingKey.Type.DECIMAL, "0.05", "Importance fades no further than this."));

    public TierRules {
        check("shortCap", shortCap, shortCap >= 1, "1 or more");
        check("tempCap", tempCap, tempCap >= 1, "1 or more");
        check("tempTtl", tempTtl, !tempTtl.isNegative() && !tempTtl.isZero(), "a duration above zero");
        check("halfLife", halfLife, !halfLife.isNegative() && !halfLife.isZero(), "a duration above zero");
        check("importanceFloor", floor, floor >= 0 && floor <= 1, "0 to 1");
    }

    public static TierRules defaults() {
        return of(Settings.none());
    }

    /** @throws ConfigException when a value is outside its range */
    public static TierRules of(Settings settings) {
        return new TierRules(
                settings.integer("shortCap").orElse(100L),
                settings.integer("tempCap").orElse(500L),
                settings.duration("tempTtl").orElse(Duration.ofDays(30)),
                settings.duration("halfLife").orElse(Duration.ofDays(90)),
                settings.decimal("importanceFloor").orElse(0.05));
    }

    private static void check(String key, Object value, boolean holds, String expected) {
        if (!holds) {
            throw new ConfigException("memory." + key + " is " + value + "; expected " + expected);
        }
    }

    /** The most records of a tier, none for the last. */
    OptionalLong cap(Tier tier) {
        return switch (tier) {
            case SHORT -> OptionalLong.of(shortCap);
            case TEMP -> OptionalLong.of(tempCap);
            default -> OptionalLong.empty();
        };
    }

    /** What a memory matters now that mattered so much when it was last told. */
    double faded(double importance, Instant reinforced, Instant now) {
        if (importance <= floor || !now.isAfter(reinforced)) {
            return importance;
        }
        double halves = (double) Duration.between(reinforced, now).toSeconds() / Math.max(1, halfLife.toSeconds());
        return floor + (importance - floor) * Math.pow(0.5, halves);
    }

    /** What a new memory matters, unless the draft says so. */
    static double importance(MemoryDraft draft) {
        return draft.importance()
                .orElseGet(() -> draft.statement()
                        .map(statement -> importance(statement.kind()))
                        .orElse(draft.kind() == MemoryKind.SUMMARY ? 0.4 : 0.6));
    }

    static double importance(Statement.Kind kind) {
        return switch (kind) {
            case INSTRUCTION -> 0.85;
            case PROFILE -> 0.7;
            case RELATION, GOAL -> 0.65;
            case PREFERENCE -> 0.6;
            case HABIT, EVENT -> 0.5;
            case STATE -> 0.35;
            default -> 0.5;
        };
    }
}
