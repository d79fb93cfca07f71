package io.arkestra.examples.plugin;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.h2.internal.H2DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.ToolContract;
import io.arkestra.tool.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The example keeps what the engine expects of every tool. */
class ExpenseContractTest extends ToolContract {
    private static final Owner ALICE = Owner.of(UserId.of("alice"));
    private static final Owner BOB = Owner.of(UserId.of("bob"));

    private @Nullable DocStore store;

    private DocStore store() {
        if (store == null) {
            throw new IllegalStateException("The store is opened before each test");
        }
        return store;
    }

    @Override
    protected Tool open(Path directory) {
        store = new H2DocStoreProvider().open(TestProviderContext.builder().build());
        ExpenseTool tool = new ExpenseTool(store);
        Json rent = Json.parse("{\"on\":\"2026-11-20\",\"amount\":700,\"currency\":\"eur\",\"what\":\"pelicans\"}");
        store.inTransaction(tx -> tx.put(ExpenseTool.EXPENSES.name(), DocWrite.of(ALICE, "rent", rent)));
        return tool;
    }

    @Override
    protected List<Json> valid() {
        return List.of(
                Json.parse("{\"amount\":12.5,\"currency\":\"eur\",\"what\":\"lunch\",\"on\":\"2026-11-20\"}"),
                Json.parse("{\"amount\":300,\"currency\":\"rub\",\"what\":\"такси\"}"));
    }

    @Override
    protected List<Json> refused() {
        return List.of(Json.parse("{\"amount\":1.234,\"currency\":\"eur\",\"what\":\"tea\"}"));
    }

    @Override
    protected Object world() {
        return Map.of("alice", entries(ALICE), "bob", entries(BOB));
    }

    @Override
    protected Optional<Object> worldOf(UserId user) {
        return Optional.of(entries(Owner.of(user)));
    }

    @Override
    protected List<String> privateWords() {
        return List.of("pelicans", "700");
    }

    /** The newest entry is called something else. */
    @Override
    protected boolean interfere(Json arguments) {
        return store().inTransaction(tx -> {
            for (Doc entry :
                    tx.find(ExpenseTool.EXPENSES.name(), ALICE, DocQuery.all()).docs()) {
                if (entry.body().text("what").equals(arguments.text("what"))) {
                    tx.put(
                            ExpenseTool.EXPENSES.name(),
                            DocWrite.update(entry, entry.body().with("what", Json.of("dinner"))));
                    return true;
                }
            }
            return false;
        });
    }

    private Map<String, Json> entries(Owner owner) {
        Map<String, Json> entries = new TreeMap<>();
        store().inTransaction(tx -> tx.find(ExpenseTool.EXPENSES.name(), owner, DocQuery.all()))
                .docs()
                .forEach(entry -> entries.put(entry.id(), entry.body()));
        return entries;
    }

    @Override
    protected void close() {
        store().close();
    }
}
