package io.arkestra.tools.project.internal;

import io.arkestra.common.Scope;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was indexed, each user's own: gone with the user. Thread-safe. */
final class ProjectStore {
    /** Derived: it tells of files of this machine, and is made anew from them elsewhere. */
    private static final CollectionSpec PROJECTS =
            CollectionSpec.builder("projects").check(Project::from).derived().build();

    private static final CollectionSpec FILES = CollectionSpec.builder("project_files")
            .field("project", FieldType.STRING)
            .orderedIndex("project", CollectionSpec.FIELD_ID)
            .check(IndexedFile::from)
            .derived()
            .build();

    private static final int PAGE = 2_000;

    private final DocStore store;

    ProjectStore(DocStore store) {
        this.store = store;
        store.define(PROJECTS);
        store.define(FILES);
    }

    private static Owner owner(Scope scope) {
        return Owner.of(scope.user());
    }

    Optional<Project> find(Scope scope, String name) {
        return store.inTransaction(transaction -> transaction.get(PROJECTS.name(), owner(scope), name))
                .map(Project::from);
    }

    List<Project> all(Scope scope) {
        DocQuery query = DocQuery.all().ascending(CollectionSpec.FIELD_ID).limit(PAGE);
        return store
                .inTransaction(transaction -> transaction.find(PROJECTS.name(), owner(scope), query))
                .docs()
                .stream()
                .map(Project::from)
                .toList();
    }

    void put(Scope scope, Project project) {
        store.inTransaction(transaction ->
                transaction.put(PROJECTS.name(), DocWrite.of(owner(scope), project.name(), project.toJson())));
    }

    /** Files of a project by path. */
    Map<String, IndexedFile> files(Scope scope, String project) {
        Map<String, IndexedFile> files = new HashMap<>();
        DocQuery query = DocQuery.where(Filter.eq("project", project))
                .ascending(CollectionSpec.FIELD_ID)
                .limit(PAGE);
        while (true) {
            DocQuery page = query;
            DocPage found = store.inTransaction(transaction -> transaction.find(FILES.name(), owner(scope), page));
            found.docs().stream().map(IndexedFile::from).forEach(file -> files.put(file.path(), file));
            if (found.next().isEmpty()) {
                return files;
            }
            query = query.after(found.next().get());
        }
    }

    void putFiles(Scope scope, Collection<IndexedFile> files) {
        store.inTransaction(transaction -> {
            files.forEach(
                    file -> transaction.put(FILES.name(), DocWrite.of(owner(scope), file.document(), file.toJson())));
            return files.size();
        });
    }

    void removeFiles(Scope scope, Collection<IndexedFile> files) {
        store.inTransaction(transaction -> {
            files.forEach(file -> transaction.delete(FILES.name(), owner(scope), file.document()));
            return files.size();
        });
    }

    void remove(Scope scope, String name) {
        store.inTransaction(transaction -> transaction.delete(PROJECTS.name(), owner(scope), name));
    }
}
