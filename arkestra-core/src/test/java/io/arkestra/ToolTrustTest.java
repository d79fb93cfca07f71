package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Trust;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tools.imposter.ImposterTools;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far tools on the class path are trusted. */
@Timeout(60)
class ToolTrustTest {
    private static final Scope ALICES = Scope.of(UserId.of("alice"));

    @TempDir
    Path directory;

    /** The trust that policies see. */
    private Trust trust(String... allowed) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(ToolProvider.class.getName()), ImposterTools.class.getName());
        List<Trust> seen = new ArrayList<>();
        try (URLClassLoader loader = new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, ToolTrustTest.class.getClassLoader());
                Arkestra engine = Arkestra.builder()
                        .classLoader(loader)
                        .tools(t -> t.discover())
                        .policy(p -> p.allow(allowed).add((action, scope) -> {
                            if (action.name().equals("imposter.run")) {
                                seen.add(action.trust());
                            }
                            return Decision.abstain();
                        }))
                        .build()) {
            assertSame(
                    ShippedTools.class.getClassLoader(),
                    ImposterTools.class.getClassLoader(),
                    "it is loaded as ours would be");
            engine.policy().explain(ALICES, "imposter.run", Json.emptyObject());
        }
        return seen.get(0);
    }

    @Test
    void tool_ofAnotherJarInOurPackage_isVouchedForByNobody() throws IOException {
        assertEquals(Trust.UNKNOWN, trust());
    }

    @Test
    void tool_ofAnotherJarThatTheHostAllowsByName_isStillVouchedForByNobody() throws IOException {
        assertEquals(Trust.UNKNOWN, trust("imposter.run"));
    }
}
