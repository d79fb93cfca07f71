package io.arkestra.spi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.policy.Policy;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultProviderContextTest {
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private final List<String> warnings = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private final ResourceStack resources = new ResourceStack();
    private final DefaultProviderContext.Engine engine =
            new DefaultProviderContext.Engine(clock, Runnable::run, new Contracts(), resources, warnings::add);
    private final ProviderContext context = DefaultProviderContext.inMemory(engine, Settings.none());

    private AutoCloseable resource(String name) {
        return () -> closed.add(name);
    }

    @Test
    void dataDirectory_isMadeWhenAskedFor(@TempDir Path home) {
        Path directory = home.resolve("a/b");
        ProviderContext durable = DefaultProviderContext.inDirectory(engine, Settings.none(), directory);

        assertFalse(Files.exists(directory));
        assertEquals(Optional.of(directory), durable.dataDirectory());
        assertTrue(Files.isDirectory(directory));
        assertEquals(Optional.of(directory), durable.dataDirectory());
        assertEquals(Optional.empty(), context.dataDirectory());
    }

    @Test
    void dataDirectory_thatCannotBeMade_saysWhichAndWhatToDo(@TempDir Path home) throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");
        ProviderContext durable = DefaultProviderContext.inDirectory(engine, Settings.none(), file.resolve("data"));

        String message =
                assertThrows(ConfigException.class, durable::dataDirectory).getMessage();

        assertTrue(message.contains(file.resolve("data").toString()) && message.contains("writable"), message);
    }

    @Test
    void find_partOpenedBefore_isGivenByItsContract() {
        Policy policy = (action, scope) -> {
            throw new UnsupportedOperationException();
        };

        assertEquals(Optional.empty(), context.find(Policy.class));
        assertTrue(assertThrows(ConfigException.class, () -> context.require(Policy.class))
                .getMessage()
                .contains("io.arkestra.policy.Policy"));
        engine.contracts().put(Policy.class, policy);

        assertSame(policy, context.require(Policy.class));
        assertThrows(IllegalStateException.class, () -> engine.contracts().put(Policy.class, policy));
    }

    @Test
    void own_severalResources_areClosedNewestFirstAndOnce() {
        context.own(resource("store"));
        context.own(resource("index"));
        context.own(resource("memory"));

        resources.close();
        resources.close();

        assertEquals(List.of("memory", "index", "store"), closed);
    }

    @Test
    void own_failingClose_doesNotKeepTheOthersOpen() {
        context.own(resource("store"));
        context.own(() -> {
            throw new IOException("disk is full");
        });
        context.own(() -> {
            throw new IllegalStateException("second");
        });

        RuntimeException e = assertThrows(RuntimeException.class, resources::close);

        assertEquals(List.of("store"), closed);
        assertEquals("second", e.getMessage());
        assertEquals("engine.close", ((ArkestraException) e.getSuppressed()[0]).code());
    }

    @Test
    void own_afterTheEnd_closesAtOnceAndRefuses() {
        resources.close();

        assertThrows(IllegalStateException.class, () -> context.own(resource("late")));
        assertEquals(List.of("late"), closed);
    }

    @Test
    void warn_andTheRest_goToTheEngine() {
        context.warn("index was rebuilt");
        context.executor().execute(() -> closed.add("ran"));

        assertEquals(List.of("index was rebuilt"), warnings);
        assertEquals(List.of("ran"), closed);
        assertSame(clock, context.clock());
        assertSame(Settings.none(), context.settings());
    }
}
