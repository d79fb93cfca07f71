package io.arkestra.store.h2.internal;

import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import java.nio.file.Path;

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
                .with(
                        ACCEPT_LOSS,
                        SettingKey.Type.BOOLEAN,
                        "false",
                        "Opens a database that ends before what its ledger remembers, instead of refusing it");
    }

    @Override
    public DocStore open(ProviderContext context) {
        boolean acceptLoss = context.settings().bool(ACCEPT_LOSS).orElse(false);
        Opening opening = new Opening(context.clock(), acceptLoss, context::warn);
        Engine engine = context.dataDirectory().map(opening::inDirectory).orElseGet(opening::inMemory);
        return new H2DocStore(engine, context.clock());
    }

    @Override
    public void restore(Path backup, ProviderContext context) {
        throw new UnsupportedOperationException();
    }
}
