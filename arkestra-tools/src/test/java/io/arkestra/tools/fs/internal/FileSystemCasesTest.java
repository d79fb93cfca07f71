package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.policy.internal.RestrictingPolicy;
import io.arkestra.policy.rules.internal.Layer;
import io.arkestra.policy.rules.internal.LayeredPolicy;
import io.arkestra.policy.rules.internal.Layers;
import io.arkestra.policy.rules.internal.RuleReader;
import io.arkestra.policy.rules.internal.RuleSet;
import io.arkestra.testkit.CaseTable;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The cases 1 to 10 and 14 of the security suite: what a model may try to reach with paths. {@link FileLimitCasesTest} has the others. */
@Execution(ExecutionMode.SAME_THREAD)
class FileSystemCasesTest {
    @RegisterExtension
    static final CaseTable CASES = CaseTable.titled("File system");

    private static final String READ = "{'path':'%s'}";
    private static final String WRITE = "{'path':'%s','mode':'overwrite','content':'x'}";

    @TempDir
    Path directory;

    private FilesFixture files;

    @BeforeEach
    void open() throws IOException {
        files = new FilesFixture(directory);
        files.file("a.txt", "inside");
        Files.writeString(files.outside.resolve("secret.txt"), "secret");
    }

    /** Reading and writing, each refused in the call itself as well. */
    private void refusedEachWay(String path) {
        files.refused("fs.read", READ.formatted(path));
        files.refused("fs.write", WRITE.formatted(path));
        files.refused("fs.delete", READ.formatted(path));
        files.refused("fs.move", "{'path':'a.txt','to':'%s'}".formatted(path));
    }

    /** What the engine's policy says when the host's rules allow everything in the root, and the policies that are found have their say. */
    private Decision decided(String tool, String path) {
        RuleSet rules = RuleReader.read(Layer.HOST, "policy.yaml", """
                version: 1
                rules:
                  - { id: in-the-root, match: { tool: ["fs.*"], path: [%s] }, effect: allow }
                """.formatted(Json.of(files.root + "/**")));
        List<Policy> found = new ArrayList<>();
        try (TestProviderContext context = TestProviderContext.builder().build()) {
            ServiceLoader.load(PolicyProvider.class)
                    .forEach(provider -> found.add(new RestrictingPolicy(provider.open(context))));
        }
        ToolCall call = files.asked(tool, READ.formatted(path));
        return new LayeredPolicy(List.of(), found, Layers.fixed(rules))
                .decide(
                        Action.toolCall(files.tool(tool).spec(), call.arguments()).toBuilder()
                                .targets(files.tool(tool).targets(call, files.context()))
                                .build(),
                        files.context().scope());
    }

    private void denied(String rule, String path) {
        for (String tool : List.of("fs.read", "fs.write", "fs.delete")) {
            Decision decision = decided(tool, path);
            assertEquals(Decision.Effect.DENY, decision.effect(), tool + " " + path);
            assertEquals(List.of(rule), decision.rules(), tool + " " + path);
        }
    }

    @Test
    void case01_dotsUpToThePasswordFile_refused() {
        refusedEachWay("../../etc/passwd");
        refusedEachWay("docs/../../outside/secret.txt");
        refusedEachWay(files.root + "/../outside/secret.txt");
        files.refused("fs.list", "{'path':'..'}");
        files.refused("fs.search", "{'query':'secret','path':'..'}");
    }

    @Test
    void case02_absolutePathOutsideTheRoots_denied() {
        String path = files.outside + "/secret.txt";

        denied("default.deny", path);
        assertEquals(
                Decision.Effect.ALLOW, decided("fs.read", files.root + "/a.txt").effect());
        assertEquals(Decision.Effect.ALLOW, decided("fs.write", "a.txt").effect());
        refusedEachWay(path);
        refusedEachWay("/etc/passwd");
    }

    @Test
    void case03_linkToTheOutsideRead_refused() throws IOException {
        Files.createSymbolicLink(files.root.resolve("link.txt"), files.outside.resolve("secret.txt"));
        Files.createSymbolicLink(files.root.resolve("dir"), files.outside);

        files.refused("fs.read", "{'path':'link.txt'}");
        files.refused("fs.read", "{'path':'dir/secret.txt'}");
        files.refused("fs.list", "{'path':'dir'}");
        files.refused("fs.search", "{'query':'secret','path':'dir'}");
        denied("default.deny", "link.txt");
        denied("default.deny", "dir/secret.txt");
        assertEquals(
                0,
                files.call("fs.search", "{'query':'secret'}")
                        .data()
                        .list("matches")
                        .size());
    }

    @Test
    void case04_linkToTheOutsideWritten_refused() throws IOException {
        Files.createSymbolicLink(files.root.resolve("link.txt"), files.outside.resolve("secret.txt"));
        Files.createSymbolicLink(files.root.resolve("new.txt"), files.outside.resolve("new.txt"));
        Files.createSymbolicLink(files.root.resolve("dir"), files.outside);

        refusedEachWay("link.txt");
        refusedEachWay("new.txt");
        refusedEachWay("dir/secret.txt");
        files.refused("fs.write", "{'path':'dir/new.txt','mode':'create','content':'x'}");
        files.refused("fs.write", "{'path':'dir/deep/new.txt','mode':'create','content':'x'}");
        assertEquals("secret", Files.readString(files.outside.resolve("secret.txt")));
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            // A tool was faster; the next round finds what there is.
            return;
        }
    }

    @Test
    void case05_directorySwappedByALinkMeanwhile_noEscape() throws Exception {
        files = new FilesFixture(directory, "{\"dayBytes\": 1000000000000}");
        Path swapped = Files.createDirectory(files.root.resolve("d"));
        Path aside = files.root.resolve("aside");
        Path link = Files.createSymbolicLink(files.root.resolve("link"), files.outside);
        Files.writeString(swapped.resolve("f.txt"), "inside");
        Files.writeString(files.outside.resolve("f.txt"), "secret");
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = new Thread(() -> {
            for (int i = 0; !over.get(); i++) {
                if (Files.exists(aside) && Files.isDirectory(swapped, LinkOption.NOFOLLOW_LINKS)) {
                    // A tool made the directory anew while it was away; it must not end the race.
                    rename(swapped, files.root.resolve("again" + i));
                }
                // Each step is a rename: the name is the directory, nothing, or the link.
                for (Path[] step :
                        new Path[][] {{swapped, aside}, {link, swapped}, {swapped, link}, {aside, swapped}}) {
                    rename(step[0], step[1]);
                }
            }
        });
        swapper.start();
        int done = 0;
        int refused = 0;
        int escapes = 0;
        long end = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("arkestra.race.seconds", 3)).toNanos();
        try {
            for (int i = 0; System.nanoTime() < end; i++) {
                String arguments = i % 60 != 1 && i % 60 != 31
                        ? "{'path':'d/f.txt'}"
                        : i % 60 == 1
                                ? "{'path':'d/f.txt','mode':'overwrite','content':'inside " + i + "'}"
                                : "{'path':'d/n%d/f.txt','mode':'create','content':'inside'}".formatted(i);
                try {
                    ToolResult result = files.call(i % 60 != 1 && i % 60 != 31 ? "fs.read" : "fs.write", arguments);
                    done++;
                    escapes += result.text().contains("secret") ? 1 : 0;
                } catch (ToolException e) {
                    refused++;
                }
            }
        } finally {
            over.set(true);
            swapper.join();
        }
        System.out.println("case 5: " + (done + refused) + " calls, " + done + " done, " + refused + " refused, "
                + escapes + " read outside");

        assertEquals(0, escapes);
        assertEquals("secret", Files.readString(files.outside.resolve("f.txt")));
        try (Stream<Path> outside = Files.list(files.outside)) {
            assertEquals(2, outside.count(), "something was made outside");
        }
        assertTrue(done > 0 && refused > 0, "the race was not run: " + done + " done, " + refused + " refused");
    }

    @Test
    void case06_hardLinkToAFileOutsideWritten_refused() throws IOException {
        Files.createLink(files.root.resolve("hard.txt"), files.outside.resolve("secret.txt"));

        for (String mode : List.of("overwrite", "append")) {
            ToolException refusal =
                    files.refused("fs.write", "{'path':'hard.txt','mode':'" + mode + "','content':'x'}");
            assertTrue(refusal.getMessage().contains("hard link"), refusal.getMessage());
        }
        assertEquals("secret", Files.readString(files.outside.resolve("secret.txt")));
    }

    @Test
    void case07_pipesDevicesAndSockets_refused() throws Exception {
        Path pipe = files.root.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo here");
        Path address = files.root.resolve("socket");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(address));
            FilesFixture devices =
                    new FilesFixture(directory, "{\"roots\": [\"project=" + files.root + "\", \"dev=/dev\"]}");

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                refusedEachWay("pipe");
                refusedEachWay("socket");
                // It is not waited for in a search either.
                files.call("fs.search", "{'query':'x'}");
                for (String device : List.of("zero", "null", "urandom")) {
                    devices.refused("fs.read", "{'path':'" + device + "','root':'dev'}");
                    devices.refused(
                            "fs.write", "{'path':'" + device + "','root':'dev','mode':'overwrite','content':'x'}");
                }
            });
        }
    }

    @Test
    void case08_namesThatMeanSomethingElseElsewhere_refused() {
        for (String name : List.of(
                "a\\u0000b",
                "..%2fetc%2fpasswd",
                "..%252fetc",
                "%2e%2e/x",
                "..\\\\outside\\\\secret.txt",
                "a.txt.",
                "a.txt ",
                "dir./a.txt",
                "CON",
                "nul.txt",
                "Com1.log",
                "a.txt:stream",
                "a.txt::$DATA",
                "~/x",
                "~root/x",
                "PROGRA~1",
                "a\\u202etxt",
                "C:/Windows/x",
                "x".repeat(256),
                "ж".repeat(128))) {
            refusedEachWay(name);
        }
    }

    @Test
    void case09_directoryWhoseNameBeginsAsTheRoot_denied() throws IOException {
        Path evil = Files.createDirectory(files.base.resolve("root-evil"));
        Files.writeString(evil.resolve("x.txt"), "secret");

        denied("default.deny", evil + "/x.txt");
        refusedEachWay(evil + "/x.txt");
        refusedEachWay(files.root + "-evil/x.txt");
    }

    @Test
    void case10_keysAndHooksInAnAllowedRoot_denied() throws IOException {
        for (String name : List.of(
                ".ssh/id_ed25519",
                "keys/id_rsa",
                ".env",
                "app/.env.production",
                ".git/hooks/pre-commit",
                ".git/config",
                "server.pem",
                ".aws/credentials",
                ".kube/config",
                ".gnupg/x",
                ".docker/config.json",
                ".netrc",
                ".bashrc")) {
            files.file(name, "secret");
            denied("files.protected", name);
            refusedEachWay(name);
        }
        files.file("keys/readme.txt", "x");
        files.refused("fs.move", "{'path':'keys','to':'locks'}");
        files.refused("fs.delete", "{'path':'keys','directory':true}");
        files.refused("fs.write", "{'path':'.git/HEAD','mode':'create','content':'x'}");
        assertEquals(
                0,
                files.call("fs.search", "{'query':'secret','hidden':true}")
                        .data()
                        .list("matches")
                        .size());
        assertFalse(files.call("fs.list", "{'hidden':true,'depth':9}").text().contains("id_"));
    }

    @Test
    void case10_arkestrasOwnHomeInAnAllowedRoot_denied() throws IOException {
        FilesFixture whole = new FilesFixture(directory, "{\"roots\": [\"all=" + files.base + "\"]}");
        Files.writeString(files.base.resolve("home/policy.yaml"), "rules: []");

        whole.refused("fs.read", "{'path':'home/policy.yaml'}");
        whole.refused("fs.write", "{'path':'home/policy.yaml','mode':'overwrite','content':'x'}");
        whole.refused("fs.delete", "{'path':'home','directory':true}");
        assertFalse(whole.call("fs.list", "{'depth':5}").text().contains("home"));
    }

    @Test
    void case10_rulesOfTheProjectInAnAllowedRoot_canBeReadAndNotChanged() throws IOException {
        String opened = "version: 1\nrules: []\n";
        files.file("app/.arkestra/policy.yaml", opened);
        Files.createDirectories(files.root.resolve("empty"));

        for (String name : List.of("app/.arkestra/policy.yaml", "app/.ARKESTRA/policy.yaml", "empty/.ａrkestra/x")) {
            for (String tool : List.of("fs.write", "fs.delete")) {
                assertEquals(Decision.Effect.DENY, decided(tool, name).effect(), tool + " " + name);
            }
            files.refused("fs.write", WRITE.formatted(name));
            files.refused("fs.write", "{'path':'%s','mode':'append','content':'x'}".formatted(name));
            files.refused("fs.delete", READ.formatted(name));
            files.refused("fs.move", "{'path':'a.txt','to':'%s'}".formatted(name));
        }
        files.refused("fs.move", "{'path':'app','to':'other'}");
        files.refused("fs.move", "{'path':'empty','to':'.arkestra'}");
        files.refused("fs.delete", "{'path':'app','directory':true}");
        assertTrue(files.call("fs.read", READ.formatted("app/.arkestra/policy.yaml"))
                .text()
                .contains("version: 1"));
    }

    @Test
    void case10_filesOfRulesElsewhereInAnAllowedRoot_canBeReadAndNotChanged() throws IOException {
        Path rules = files.file("conf/rules.yaml", "version: 1");
        Path real = files.file("conf/real.yaml", "version: 1");
        Path linked = Files.createSymbolicLink(files.root.resolve("linked.yaml"), real);
        files = new FilesFixture(directory, List.of(rules, linked, files.root.resolve("later.yaml")));

        for (String name : List.of(
                "conf/rules.yaml", "conf/RULES.yaml", "conf/real.yaml", "later.yaml", "linked.yaml", "Later.YAML")) {
            files.refused("fs.write", WRITE.formatted(name));
            files.refused("fs.write", "{'path':'%s','mode':'create','content':'x'}".formatted(name));
            files.refused("fs.delete", READ.formatted(name));
            files.refused("fs.move", "{'path':'a.txt','to':'%s'}".formatted(name));
        }
        files.refused("fs.move", "{'path':'conf','to':'other'}");
        files.refused("fs.delete", "{'path':'conf','directory':true}");
        assertTrue(
                files.call("fs.read", READ.formatted("conf/rules.yaml")).text().contains("version: 1"));
    }

    @Test
    void case10_ordinaryNamesThatTheHostExcepts_areReachedAndKeysAreNot() throws IOException {
        files.file("src/id_utils.ts", "export");
        files.file(".env.example", "KEY=");
        refusedEachWay("src/id_utils.ts");
        refusedEachWay(".env.example");

        files = new FilesFixture(directory, "{'except': ['id_*.ts', '.env.example']}".replace('\'', '"'));
        assertTrue(
                files.call("fs.read", READ.formatted("src/id_utils.ts")).text().contains("export"));
        assertTrue(files.call("fs.read", READ.formatted(".env.example")).text().contains("KEY="));
        assertTrue(files.call("fs.list", "{'depth':3,'hidden':true}").text().contains("id_utils.ts"));
        for (String name : List.of(
                "src/id_rsa",
                "src/id_utils.tsx",
                ".env",
                ".env.example.local",
                "id_utils.ts/id_rsa",
                ".ssh/id_utils.ts")) {
            files.file("other/x", "x");
            refusedEachWay(name);
        }
    }

    @Test
    void case10_exceptionThatMeansKeys_isRefused() {
        for (String wide : List.of(
                "*", "id_*", "id_?sa", ".env*", ".env.*", ".ENV", "id_rsa", "id_*_old", ".ssh", "a/.env.example")) {
            assertThrows(
                    io.arkestra.common.ConfigException.class,
                    () -> new FilesFixture(
                            directory,
                            Json.object()
                                    .put("except", Json.strings(List.of(wide)))
                                    .build()
                                    .toString()),
                    wide);
        }
    }

    @Test
    void case14_deniedNamesInOtherCaseOrForm_denied() throws IOException {
        String composed = Normalizer.normalize("café.txt", Normalizer.Form.NFC);
        String decomposed = Normalizer.normalize("CAFÉ.txt", Normalizer.Form.NFD);
        files = new FilesFixture(
                directory,
                Json.object()
                        .put("deny", Json.strings(List.of(composed)))
                        .build()
                        .toString());
        assertFalse(composed.equals(decomposed));
        for (String name : List.of(
                ".SSH/x",
                ".Env",
                ".eNV.local",
                ".ſſh/x",
                "ID_RSA",
                "Server.PEM",
                ".GIT/Hooks/pre-commit",
                ".ｅｎｖ",
                decomposed)) {
            files.file(name, "secret");
            if (!name.equals(decomposed)) { // what the host's setting of the tools adds is theirs to refuse
                denied("files.protected", name);
            }
            refusedEachWay(name);
        }
        refusedEachWay(".e\\u200bnv");
    }
}
