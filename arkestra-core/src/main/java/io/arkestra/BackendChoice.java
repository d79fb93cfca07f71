package io.arkestra;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.gateway.internal.BackendSettings;
import java.math.BigDecimal;

/** What a host says about a model beyond the settings of its provider. */
final class BackendChoice {
    /** Settings that are the gateway's and not the provider's. */
    static final String[] KEYS = {Llm.TIER, Llm.COST, Llm.CALLS_PER_MINUTE, Llm.TOKENS_PER_MINUTE};

    private BackendChoice() {}

    /**
     * Reads them.
     *
     * @param place the role, for messages
     * @param position place in the list, which is the tier of a model that says nothing else
     */
    static BackendSettings settings(Llm llm, String place, int position) {
        BigDecimal cost = number(llm, place, Llm.COST, BigDecimal.ZERO);
        return new BackendSettings(
                llm.provider(),
                llm.settings()
                        .get("model")
                        .filter(Json::isString)
                        .map(Json::asString)
                        .orElse(""),
                number(llm, place, Llm.TIER, BigDecimal.valueOf(position)).intValue(),
                cost.doubleValue(),
                number(llm, place, Llm.CALLS_PER_MINUTE, BigDecimal.ZERO).longValue(),
                number(llm, place, Llm.TOKENS_PER_MINUTE, BigDecimal.ZERO).longValue());
    }

    private static BigDecimal number(Llm llm, String place, String key, BigDecimal otherwise) {
        Json value = llm.settings().get(key).orElse(Json.NULL);
        if (value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber()
                || value.asDecimal().signum() < 0
                || value.asDecimal().precision() > 18) {
            throw new ConfigException("llm." + place + "." + key + " is " + value + "; expected a number of 0 or more");
        }
        return value.asDecimal();
    }
}
