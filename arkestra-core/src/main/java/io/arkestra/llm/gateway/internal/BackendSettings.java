package io.arkestra.llm.gateway.internal;

/**
 * What the gateway has to know about a backend besides what the client says.
 *
 * @param name for people and logs, for example {@code ollama}; never a credential
 * @param model which of its models, as the host named it; empty when it did not
 * @param tier how good it is: a higher one is asked when a lower one does not do
 * @param cost of a thousand tokens, in any unit; decides between backends of one tier
 * @param callsPerMinute 0 for no limit
 * @param tokensPerMinute 0 for no limit
 */
public record BackendSettings(
        String name, String model, int tier, double cost, long callsPerMinute, long tokensPerMinute) {
    /** No limits, no cost. */
    public static BackendSettings of(String name, int tier) {
        return new BackendSettings(name, "", tier, 0, 0, 0);
    }
}
