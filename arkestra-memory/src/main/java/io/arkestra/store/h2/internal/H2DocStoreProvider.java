package io.arkestra.store.h2.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.nio.file.Path;
import java.util.Optional;

/** Documents in an H2 database: a file in the data directory, or memory. */
public final class H2DocStoreProvider implements DocStoreProvider {
    static final String ACCEPT_LOSS = "acceptLoss";

    @Override
    public String id() {
        return "h2";
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(SettingKey.optional(
                        ACCEPT_LOSS,
                        SettingKey.Type.BOOLEAN,
                        "false",
                        "Opens a database that ends before what its ledger remembers, instead of refusing it"));
    }

    @Override
    public DocStore open(ProviderContext context) {
        Vault vault = Vault.of(context.find(KeyRing.class));
        Opening opening = opening(context, vault);
        Engine engine = context.dataDirectory().map(opening::inDirectory).orElseGet(opening::inMemory);
        H2DocStore store = new H2DocStore(engine, context.clock(), vault);
        try {
            return store.prepareKeys();
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    @Override
    public void restore(Path backup, ProviderContext context) {
        Path directory = context.dataDirectory()
                .orElseThrow(() -> new StoreException(
                        "not-writable", "A backup can only be restored into a data directory; the context has none"));
        opening(context, Vault.of(context.find(KeyRing.class))).restore(backup, directory);
    }

    @Override
    public Optional<Doc> look(ProviderContext context, CollectionSpec collection, Owner owner, String id) {
        Path directory = context.dataDirectory()
                .orElseThrow(() -> new StoreException("absent", "There is no data directory, so there is no store"));
        return opening(context, Vault.of(context.find(KeyRing.class))).look(directory, collection, owner, id);
    }

    private static Opening opening(ProviderContext context, Vault vault) {
        boolean acceptLoss = context.settings().bool(ACCEPT_LOSS).orElse(false);
        return new Opening(context.clock(), acceptLoss, context::warn, vault);
    }
}
