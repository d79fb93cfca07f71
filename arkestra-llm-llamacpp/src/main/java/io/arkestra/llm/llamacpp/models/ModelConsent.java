package io.arkestra.llm.llamacpp.models;

/** Asked before a socket is opened. May block, for example until a person has answered. */
@FunctionalInterface
public interface ModelConsent {
    /** Whether the model may be fetched. */
    boolean allow(ModelOffer offer);
}
