package io.arkestra.people.internal;

import io.arkestra.ExportReport;
import io.arkestra.ImportReport;
import io.arkestra.common.UserId;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** People as files: who there is, out and in. Thread-safe. */
public final class PersonFiles {
    private final DocStore store;
    private final Map<String, BiConsumer<DocTransaction, Doc>> adopted;

    /** @param adopted what has to be done with a new document of a collection, by its name */
    public PersonFiles(DocStore store, Map<String, BiConsumer<DocTransaction, Doc>> adopted) {
        this.store = store;
        this.adopted = Map.copyOf(adopted);
    }

    public List<UserId> users() {
        return store.owners().stream().flatMap(owner -> owner.user().stream()).toList();
    }

    public ExportReport export(UserId user, Path zip) {
        return new PersonExport(store, user).write(zip);
    }

    public ImportReport importFrom(UserId user, Path zip) {
        return new PersonImport(store, user, adopted).read(zip);
    }
}
