package io.arkestra.benchmarks.llm;

import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Our client beside langchain4j-open-ai's on one server on this machine, calls in turn in one JVM: time to the first piece and to the end
 * of the same calls.
 *
 * <pre>streaming [calls=2000] [pieces=256]</pre>
 */
public final class StreamingComparison {
    private StreamingComparison() {}

    public static void main(String[] args) {
        int calls = option(args, "calls", 2_000);
        int pieces = option(args, "pieces", 256);
        StreamingClient.Maker[] makers = StreamingClient.Maker.values();
        long[][] first = new long[makers.length][calls];
        long[][] whole = new long[makers.length][calls];
        try (FakeLlmServer server = server(pieces)) {
            StreamingClient[] clients = Arrays.stream(makers)
                    .map(maker -> maker.connect(server.uri()))
                    .toArray(StreamingClient[]::new);
            for (int call = -calls; call < calls; call++) {
                for (int i = 0; i < clients.length; i++) {
                    StreamingClient.Answered answered = clients[i].ask();
                    if (call >= 0) {
                        first[i][call] = answered.first();
                        whole[i][call] = answered.whole();
                    }
                }
            }
            for (StreamingClient client : clients) {
                client.close();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d calls each after as many to warm up, %d pieces; JDK %s; %d processors, load %.1f%n",
                calls,
                pieces,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        for (int i = 0; i < makers.length; i++) {
            print(makers[i] + " first piece", first[i]);
            print(makers[i] + " whole answer", whole[i]);
        }
    }

    private static void print(String name, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-28s p50 %8.0f µs  p95 %8.0f µs%n",
                name,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 95 / 100] / 1e3);
    }

    private static int option(String[] args, String name, int standard) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(name + "="))
                .map(arg -> Integer.parseInt(arg.substring(name.length() + 1)))
                .findFirst()
                .orElse(standard);
    }

    /** One that answers everything with so many pieces, each written by itself, without a pause. */
    static FakeLlmServer server(int pieces) {
        FakeReply reply = FakeReply.events();
        for (int i = 0; i < pieces; i++) {
            reply.event(Streams.event(i));
        }
        return FakeLlmServer.openAi().replies(reply.event(Streams.finish()).done());
    }
}
