package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** The kit notices clients that break the contract, and does not pass what it could not try. */
class LlmClientContractTest {
    /** A client that is right but for what a test overrides. */
    private static class Flawed implements LlmClient {
        final ScriptedLlm right;

        Flawed(ScriptedLlm right) {
            this.right = right;
        }

        @Override
        public LlmCapabilities capabilities() {
            return right.capabilities();
        }

        @Override
        public LlmHealth probe() {
            return right.probe();
        }

        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            return right.generate(request, listener, cancel);
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            return right.countTokens(request);
        }

        @Override
        public void close() {
            right.close();
        }
    }

    /** The same client in every situation. */
    private record Subject(Supplier<LlmClient> client) implements LlmClientContract {
        @Override
        public Optional<LlmClient> answering(String text) {
            return Optional.of(client.get());
        }

        @Override
        public Optional<LlmClient> hangingBeforeFirstToken() {
            return Optional.of(client.get());
        }

        @Override
        public Optional<LlmClient> overflowing() {
            return Optional.of(client.get());
        }

        @Override
        public Optional<LlmClient> structured(Json schema, String text) {
            return Optional.of(client.get());
        }
    }

    private static ScriptedLlm saying(String... pieces) {
        ScriptedLlm model = new ScriptedLlm();
        model.expect().answers(pieces).always();
        return model;
    }

    private static void assertNoticed(Executable test) {
        assertThrows(AssertionError.class, test);
    }

    @Test
    void pieces_missing_isNoticed() {
        Subject subject = new Subject(() -> new Flawed(saying("Fine, thank you. And you?")) {
            @Override
            public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
                return right.generate(request, LlmListener.none(), cancel);
            }
        });
        assertNoticed(subject::generate_text_piecesAddUpToTheResponse);
    }

    @Test
    void cancel_ignored_isNoticed() {
        ScriptedLlm model = new ScriptedLlm();
        model.expect().hangs().always();
        Subject subject = new Subject(() -> new Flawed(model) {
            @Override
            public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
                return right.generate(request, listener, Cancellation.none());
            }
        });
        assertNoticed(subject::generate_cancelledBeforeTheFirstToken_endsAtOnce);
    }

    @Test
    void timeout_ofAnotherPhase_isNoticed() {
        ScriptedLlm model = new ScriptedLlm();
        model.expect().hangs().always();
        Subject subject = new Subject(() -> new Flawed(model) {
            @Override
            public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
                try {
                    return right.generate(request, listener, cancel);
                } catch (LlmTimeout e) {
                    throw new LlmTimeout(LlmTimeout.Phase.TOTAL, e.limit(), "too long", e);
                }
            }
        });
        assertNoticed(subject::generate_noFirstToken_isATimeoutOfThatPhase);
    }

    @Test
    void claims_thatDoNotHold_areNoticed() {
        Subject estimating = new Subject(() -> new Flawed(saying("Fine.")) {
            @Override
            public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
                return right.generate(request, listener, cancel).toBuilder()
                        .usage(Usage.of(3, 3, true))
                        .build();
            }
        });
        assertNoticed(estimating::generate_usage_isTheBackendsCountWhereClaimed);
        Subject talking = new Subject(() -> saying("{\"text\": \"Hi\"}"));
        assertNoticed(talking::generate_schema_answersADocument);
    }

    @Test
    void toolsNotClaimed_butTaken_isNoticed() {
        Subject subject = new Subject(() -> new Flawed(saying("Fine.")) {
            @Override
            public LlmCapabilities capabilities() {
                return LlmCapabilities.builder().build();
            }
        });
        assertNoticed(subject::generate_toolsNotClaimed_areRefusedBeforeAnythingIsSent);
    }

    @Test
    void overflow_asAnyOtherError_isNoticed() {
        ScriptedLlm model = new ScriptedLlm();
        model.expect()
                .fails(new LlmException(LlmException.Reason.SERVER_ERROR, "500"))
                .always();
        assertNoticed(new Subject(() -> model)::generate_promptTooLong_isAContextOverflow);
    }

    @Test
    void close_thatLetsCallsThrough_isNoticed() {
        Subject subject = new Subject(() -> new Flawed(saying("Fine.")) {
            @Override
            public void close() {}
        });
        assertNoticed(subject::generate_afterClose_isAClearError);
    }

    @Test
    void situation_thatCannotBe_isAbortedAndNotPassed() {
        Subject subject = new Subject(() -> saying("Fine."));
        assertThrows(TestAbortedException.class, subject::generate_thinking_isNoPartOfTheText);
        assertThrows(TestAbortedException.class, subject::probe_backendAway_isDownWithAReason);
    }
}
