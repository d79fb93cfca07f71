package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.ProviderException;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SwitchedModelsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Map<String, OpenedLlm> OPENED = new ConcurrentHashMap<>();

    @TempDir
    Path directory;

    private URLClassLoader loader;

    /** A model that its engine opens and closes, and that waits at a gate if there is one. */
    static final class OpenedLlm implements LlmClient {
        private final String name;
        private final String mode;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch gate;
        private final CountDownLatch closed = new CountDownLatch(1);

        OpenedLlm(String name, String mode) {
            this.name = name;
            this.mode = mode;
            this.gate = new CountDownLatch(mode.equals("slow") ? 1 : 0);
        }

        boolean isClosed() {
            return closed.getCount() == 0;
        }

        @Override
        public LlmCapabilities capabilities() {
            return LlmCapabilities.builder()
                    .local(!mode.equals("remote"))
                    .contextTokens(16_384)
                    .parallelism(4)
                    .build();
        }

        @Override
        public LlmHealth probe() {
            return mode.equals("down") ? LlmHealth.down("nobody listens there") : LlmHealth.ready(name);
        }

        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            asked.countDown();
            try {
                assertTrue(gate.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (isClosed()) {
                throw new LlmException(LlmException.Reason.UNAVAILABLE, "closed");
            }
            return LlmResponse.builder(name)
                    .text("{\"text\":\"by " + name + "\"}")
                    .build();
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            return TokenCount.of(1, true);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Found by the class loader of the test alone. */
    public static final class OpenedLlmProvider implements LlmClientProvider {
        @Override
        public String id() {
            return "opened";
        }

        @Override
        public SettingsSpec settings() {
            return SettingsSpec.none()
                    .with(SettingKey.required("model", SettingKey.Type.STRING, "its name"))
                    .with(SettingKey.optional("mode", SettingKey.Type.STRING, "", "how it behaves"));
        }

        @Override
        public LlmClient open(ProviderContext context) {
            OpenedLlm client = new OpenedLlm(
                    context.settings().string("model").orElseThrow(),
                    context.settings().string("mode").orElse(""));
            OPENED.put(client.name, client);
            return client;
        }
    }

    @BeforeEach
    void provider() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(LlmClientProvider.class.getName()), OpenedLlmProvider.class.getName());
        loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    @AfterEach
    void done() throws IOException {
        OPENED.clear();
        loader.close();
    }

    private static Llm model(String name, String mode) {
        return Llm.provider(
                "opened", Json.object().put("model", name).put("mode", mode).build());
    }

    private Arkestra engine(Llm senior) {
        return Arkestra.builder().classLoader(loader).senior(senior).build();
    }

    @Test
    void use_whileOneUserIsBeingAnswered_answersTheOtherByTheNewModelAndClosesTheOldOneAfterwards() throws Exception {
        try (Arkestra engine = engine(model("old", "slow"))) {
            OpenedLlm old = OPENED.get("old");
            Turn running = engine.session(ALICE).turn("what?").start();
            assertTrue(old.asked.await(60, TimeUnit.SECONDS));

            engine.models().use(Models.Role.SENIOR, model("new", ""));

            assertEquals("by new", engine.session(BOB).ask("what?").text());
            assertFalse(old.isClosed(), "the running turn needs it");
            old.gate.countDown();
            assertEquals("by old", running.await().reply().text());
            assertTrue(old.closed.await(60, TimeUnit.SECONDS));
            assertEquals("by new", engine.session(ALICE).ask("and now?").text());
        }
        assertTrue(OPENED.get("new").isClosed());
    }

    @Test
    void use_modelThatIsDown_leavesTheOldOneAndClosesTheNewOne() {
        try (Arkestra engine = engine(model("old", ""))) {
            LlmException failure = assertThrows(
                    LlmException.class, () -> engine.models().use(Models.Role.SENIOR, model("new", "down")));

            assertEquals(LlmException.Reason.UNAVAILABLE, failure.reason());
            assertTrue(String.valueOf(failure.getMessage()).contains("nobody listens there"), failure.getMessage());
            assertTrue(OPENED.get("new").isClosed());
            assertEquals("by old", engine.session(ALICE).ask("what?").text());
        }
    }

    @Test
    void use_secondOfTwoThatCannotBeOpened_closesTheFirst() {
        try (Arkestra engine = engine(model("old", ""))) {
            assertThrows(
                    ProviderException.class,
                    () -> engine.models()
                            .use(
                                    Models.Role.SENIOR,
                                    model("new", ""),
                                    Llm.provider("nobody-has-this", Json.emptyObject())));

            assertTrue(OPENED.get("new").isClosed());
            assertEquals("by old", engine.session(ALICE).ask("what?").text());
        }
    }

    @Test
    void use_modelElsewhereWithoutEgress_isDenied() {
        try (Arkestra engine = engine(model("old", ""))) {
            LlmException failure = assertThrows(
                    LlmException.class, () -> engine.models().use(Models.Role.SENIOR, model("new", "remote")));

            assertEquals(LlmException.Reason.DENIED, failure.reason());
            assertFalse(OPENED.get("old").isClosed());
        }
    }

    @Test
    void use_offlineAndBack_changesDescriptionAndAnswers() throws Exception {
        try (Arkestra engine = engine(model("old", ""))) {
            Session session = engine.session(ALICE);
            assertEquals("by old", session.ask("what?").text());

            engine.models().use(Models.Role.SENIOR, Llm.offline());
            assertTrue(OPENED.get("old").closed.await(60, TimeUnit.SECONDS));
            assertTrue(engine.describe().contains("senior    offline rules"), engine.describe());
            assertFalse(session.ask("what?").text().contains("by old"));

            engine.models().use(Models.Role.SENIOR, model("new", ""));
            assertFalse(engine.describe().contains("senior    offline rules"), engine.describe());
            assertEquals("by new", session.ask("what?").text());
        }
    }

    @Test
    void of_afterACall_tellsWhereItRunsAndHowQuickItIs() {
        try (Arkestra engine = engine(model("old", ""))) {
            assertTrue(
                    engine.models().of(Models.Role.SENIOR).get(0).firstToken().isEmpty());
            engine.session(ALICE).ask("what?");

            Models.Info senior = engine.models().of(Models.Role.SENIOR).get(0);
            assertEquals("old", senior.model());
            assertEquals("this machine", senior.host());
            assertEquals(16_384, senior.contextTokens());
            assertTrue(senior.firstToken().isPresent());
            assertEquals(
                    "offline", engine.models().of(Models.Role.JUNIOR).get(0).provider());
        }
    }

    @Test
    void use_afterTheEngineWasClosed_closesTheNewOne() {
        Arkestra engine = engine(model("old", ""));
        engine.close();

        ArkestraException failure =
                assertThrows(ArkestraException.class, () -> engine.models().use(Models.Role.SENIOR, model("new", "")));

        assertEquals("engine.closed", failure.code());
        assertTrue(OPENED.get("old").isClosed());
        assertTrue(OPENED.get("new").isClosed());
    }
}
