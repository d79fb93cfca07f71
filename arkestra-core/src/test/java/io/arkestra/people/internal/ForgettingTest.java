package io.arkestra.people.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Forgetting that fails on its way. */
class ForgettingTest {
    private static final UserId ANN = UserId.of("ann");
    private static final CollectionSpec NOTES =
            CollectionSpec.builder("notes").field("user", FieldType.STRING).build();

    private static Memory memory(List<UserId> erased, AtomicInteger failures) {
        return (Memory) Proxy.newProxyInstance(
                Memory.class.getClassLoader(), new Class<?>[] {Memory.class}, (proxy, method, arguments) -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("the index cannot be reached");
                    }
                    erased.add((UserId) arguments[0]);
                    return null;
                });
    }

    @Test
    void forget_indexFails_isTakenUpAgainByTheNextProcess() {
        List<UserId> erased = new ArrayList<>();
        AtomicInteger failures = new AtomicInteger(1);
        try (DocStore store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build())) {
            store.define(NOTES);
            store.inTransaction(tx -> {
                Json about = Json.object().put("user", "u:ann").build();
                tx.put("notes", DocWrite.of(Owner.SYSTEM, "about-ann", about));
                tx.put("notes", DocWrite.of(Owner.SYSTEM, "about-anna", about.with("user", Json.of("u:anna"))));
                return tx.put("notes", DocWrite.of(Owner.of(ANN), "n", Json.emptyObject()));
            });
            Forgetting forgetting = new Forgetting(store, memory(erased, failures), owner -> 0);
            assertThrows(IllegalStateException.class, () -> forgetting.forget(ANN));
            assertEquals(List.of(), erased);

            assertEquals(1, new Forgetting(store, memory(erased, failures), owner -> 0).resume());

            assertEquals(List.of(ANN), erased);
            assertEquals(1L, store.<Long>inTransaction(tx -> tx.count("notes", Owner.SYSTEM, Filter.all())));
            assertEquals(List.of(Owner.SYSTEM), store.owners());
            assertEquals(0, forgetting.resume(), "nothing is left to do");
        }
    }
}
