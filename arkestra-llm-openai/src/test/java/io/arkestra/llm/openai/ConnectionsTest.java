package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.LONG;
import static io.arkestra.llm.openai.OpenAiCalls.ask;
import static io.arkestra.llm.openai.OpenAiCalls.client;
import static io.arkestra.llm.openai.OpenAiCalls.failure;
import static io.arkestra.llm.openai.OpenAiCalls.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections as such: certificates, and calls that are given up at any moment. */
class ConnectionsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void generate_cancelledAtAnyMoment_leavesNothingBehind() throws Exception {
        Random random = new Random(7);
        try (FakeLlmServer server = FakeLlmServer.openAi();
                OpenAiClient client = client(server).build()) {
            for (int round = 0; round < 60; round++) {
                Semaphore permits = new Semaphore(random.nextInt(4));
                server.answers(FakeAnswer.of("One, ", "two, ", "three.").pacedBy(permits));
                CancellationSource cancel = new CancellationSource();
                CompletableFuture<String> outcome = CompletableFuture.supplyAsync(() -> {
                    try {
                        return client.generate(request().build(), LlmListener.none(), cancel)
                                .text();
                    } catch (CancelledException e) {
                        return "cancelled";
                    }
                });
                int delay = random.nextInt(3_000);
                CompletableFuture.delayedExecutor(delay, TimeUnit.MICROSECONDS).execute(() -> cancel.cancel("enough"));
                String text = outcome.get(60, TimeUnit.SECONDS);
                assertTrue(text.equals("cancelled") || text.equals("One, two, three."), text);
            }
            assertEquals(0, client.endpoint().running());
            server.answers(FakeAnswer.of("Fine."));
            assertEquals("Fine.", ask(client).text());
        }
    }

    @Test
    void generate_ownCertificate_isTrustedOnlyWhenToldSo(@TempDir Path directory) throws Exception {
        SSLContext tls = tls(directory.resolve("keys.p12"));
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/v1/chat/completions", exchange -> {
            byte[] body = "{\"choices\":[{\"message\":{\"content\":\"Fine.\"},\"finish_reason\":\"stop\"}]}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI address = URI.create("https://localhost:" + server.getAddress().getPort() + "/v1");
        OpenAiClient.Builder builder = OpenAiClient.builder().model("m").baseUrl(address);
        try (OpenAiClient careful = builder.build();
                OpenAiClient trusting = builder.tls(tls).build()) {
            LlmException failure = failure(careful);
            assertEquals(LlmException.Reason.UNAVAILABLE, failure.reason());
            assertTrue(failure.getMessage().contains("over TLS"), failure.getMessage());
            assertEquals("Fine.", ask(trusting).text());
        } finally {
            server.stop(0);
        }
    }

    /** A certificate for localhost that nobody else trusts, made by the JDK's own tool. */
    private static SSLContext tls(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(keytool.waitFor(LONG.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, keytool.exitValue());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
