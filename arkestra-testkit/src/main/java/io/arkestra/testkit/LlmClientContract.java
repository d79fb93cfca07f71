package io.arkestra.testkit;

/**
 * What every {@link io.arkestra.llm.LlmClient} must do. A client's test implements this interface and opens clients in the situations of
 * {@link LlmClientSubject}; JUnit then runs the contract's tests. What a client claims in its capabilities must hold, and what it does not
 * claim must be refused before anything reaches the backend.
 */
public interface LlmClientContract
        extends LlmClientAnswerContract, LlmClientStopContract, LlmClientOutputContract, LlmClientLifeContract {}
