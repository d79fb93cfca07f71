package io.arkestra;

import io.arkestra.llm.LlmHealth;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The language models that an engine uses now, and the way to use others without a restart. Thread-safe. */
public interface Models {
    /** What a model is used for. New values may be added: a {@code switch} over them needs a default branch. */
    enum Role {
        /** Decides what a message wants, and does the nightly work. */
        JUNIOR,
        /** Answers. */
        SENIOR
    }

    /**
     * A model of a role.
     *
     * @param provider id of its provider; {@code instance} for a client that the host made, {@code offline} for rules
     * @param model its name as far as it is known, else an empty text
     * @param local whether it runs on this machine
     * @param host the host that prompts are sent to, or {@code this machine}, or an empty text when it is not known
     * @param contextTokens tokens of prompt and answer together
     * @param tier how good it is: a higher one is asked when a lower one does not do
     * @param health how it is right now
     * @param firstToken time to the first token, a moving average of its latest calls; empty before the first one
     */
    record Info(
            String provider,
            String model,
            boolean local,
            String host,
            int contextTokens,
            int tier,
            LlmHealth health,
            Optional<Duration> firstToken) {}

    /** The models of a role, in the host's order. Asks each how it is, which may take as long as its connect timeout. */
    List<Info> of(Role role);

    /**
     * Uses other models in a role, in this order, until the engine is closed; the configuration stays as it is. They are opened and
     * asked how they are first: when one of them does not open, is down, or may not be used because nothing may leave the machine,
     * nothing changes. Turns and nightly work that run go on with what they began with, which is closed after the last of them. Models
     * that are still loading are taken.
     *
     * @param models as for {@link ArkestraBuilder#senior}; at least one
     * @throws io.arkestra.common.ConfigException when the settings of one are wrong
     * @throws io.arkestra.spi.ProviderException when nobody brings one
     * @throws io.arkestra.llm.LlmException when one cannot be opened, is down ({@code UNAVAILABLE}) or may not be used ({@code DENIED})
     * @throws io.arkestra.common.ArkestraException {@code engine.closed} when the engine is closed
     */
    void use(Role role, Llm... models);
}
