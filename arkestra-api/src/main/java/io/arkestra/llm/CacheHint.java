package io.arkestra.llm;

import io.arkestra.common.ConfigException;

/**
 * What a backend may keep evaluated from call to call. Use the factory: components that later releases add get their default there.
 *
 * @param slot calls with the same name want the same place in the backend, for example {@code junior}; an empty text for any
 * @param stableMessages how many messages at the beginning of the prompt are the same in every call of this slot
 */
public record CacheHint(String slot, int stableMessages) {
    /** Any place, nothing known to be stable. */
    public static final CacheHint NONE = new CacheHint("", 0);

    public CacheHint {
        if (stableMessages < 0) {
            throw new ConfigException("cacheHint.stableMessages is " + stableMessages + "; expected 0 or more");
        }
    }

    public static CacheHint of(String slot, int stableMessages) {
        return new CacheHint(slot, stableMessages);
    }
}
