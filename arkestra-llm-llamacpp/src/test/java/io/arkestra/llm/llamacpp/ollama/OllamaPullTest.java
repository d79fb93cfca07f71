package io.arkestra.llm.llamacpp.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OllamaPullTest {
    private final FakeLlmServer server = FakeLlmServer.ollama().pullable("small", 400L, 40L);
    private final List<OllamaPull.State> heard = new ArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    private OllamaPull.Builder at() {
        return OllamaPull.at(server.uri().toString());
    }

    private void pull(OllamaPull pull, String model) {
        pull.pull(model, heard::add, Cancellation.none());
    }

    private LlmException failure(OllamaPull pull, String model) {
        return assertThrows(LlmException.class, () -> pull(pull, model));
    }

    @Test
    void pull_allowed_tellsItsProgressAndTheModelIsThere() {
        OllamaPull pull = at().consent(offer -> true).build();

        pull(pull, "small");

        assertEquals("pulling manifest", heard.get(0).status());
        assertEquals(OptionalLong.of(100), heard.get(1).completed());
        assertEquals(OptionalLong.of(400), heard.get(1).total());
        assertTrue(heard.get(1).digest().orElseThrow().startsWith("sha256:"));
        assertEquals("success", heard.get(heard.size() - 1).status());
        assertTrue(pull.list().contains(new OllamaPull.Installed("small:latest", 440)));
    }

    @Test
    void pull_brokenOff_isRetryableAndGoesOnWhereItWas() {
        server.cutsPullAfter(250);
        OllamaPull pull = at().consent(offer -> true).build();

        LlmException failure = failure(pull, "small");
        heard.clear();
        pull(pull, "small");

        assertTrue(failure.retryable(), failure.toString());
        assertEquals(Reason.UNAVAILABLE, failure.reason());
        assertEquals(OptionalLong.of(300), heard.get(1).completed());
    }

    @Test
    void pull_nobodyToAskOrDeclinedOrOffline_sendsNothing() {
        LlmException silent = failure(at().build(), "small");
        LlmException declined = failure(at().consent(offer -> false).build(), "small");
        LlmException offline = failure(at().consent(offer -> true).offline(true).build(), "small");

        assertTrue(String.valueOf(silent.getMessage()).contains("ollama pull small"), silent.getMessage());
        assertEquals(
                List.of(Reason.DENIED, Reason.DENIED, Reason.DENIED),
                List.of(silent.reason(), declined.reason(), offline.reason()));
        assertEquals(List.of(), server.requests());
    }

    @Test
    void pull_consent_isShownWhatAndWhere() {
        List<OllamaPull.Offer> offers = new ArrayList<>();
        failure(at().consent(offer -> !offers.add(offer)).build(), "small");

        assertEquals("small", offers.get(0).model());
        assertEquals(server.uri().toString(), offers.get(0).server());
        assertEquals(
                offers.get(0).directory().isPresent(), offers.get(0).freeSpace().isPresent());
    }

    @Test
    void pull_unknownModel_isNotFound() {
        LlmException failure = failure(at().consent(offer -> true).build(), "nowhere");
        assertEquals(Reason.NOT_FOUND, failure.reason());
        assertTrue(String.valueOf(failure.getMessage()).contains("'nowhere'"), failure.getMessage());
    }

    @Test
    void pull_fullDisk_saysSo() {
        server.on(
                "/api/pull",
                FakeReply.lines()
                        .line(Json.object()
                                .put("error", "write /root/.ollama/models/blobs/x: no space left on device")
                                .build()));
        LlmException failure = failure(at().consent(offer -> true).build(), "small");
        assertEquals(Reason.DENIED, failure.reason());
        assertTrue(String.valueOf(failure.getMessage()).contains("full"), failure.getMessage());
    }

    @Test
    void pull_silentServer_isATimeout() {
        server.on("/api/pull", FakeReply.lines().line(Json.emptyObject()).hang());
        OllamaPull pull =
                at().consent(offer -> true).idle(Duration.ofMillis(300)).build();
        assertEquals(
                LlmTimeout.Phase.IDLE,
                assertThrows(LlmTimeout.class, () -> pull(pull, "small")).phase());
    }

    @Test
    void pull_cancelled_endsAndClosesTheConnection() throws Exception {
        server.on(
                "/api/pull",
                FakeReply.lines()
                        .line(Json.object().put("status", "pulling manifest").build())
                        .hang());
        CancellationSource cancel = new CancellationSource();
        OllamaPull pull = at().consent(offer -> true).build();

        assertThrows(
                CancelledException.class, () -> pull.pull("small", state -> cancel.cancel("changed my mind"), cancel));

        assertTrue(server.awaitDisconnect(Duration.ofSeconds(60)));
    }

    @Test
    void pull_nobodyThere_saysHowToStartIt() {
        server.close();
        LlmException failure = failure(at().consent(offer -> true).build(), "small");
        assertEquals(Reason.UNAVAILABLE, failure.reason());
        assertTrue(String.valueOf(failure.getMessage()).contains("ollama serve"), failure.getMessage());
    }

    @Test
    void pull_nameThatIsNone_isRefused() {
        assertThrows(ConfigException.class, () -> pull(at().build(), "a b"));
    }
}
