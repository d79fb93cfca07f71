package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.testkit.ToolContract;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The contract of tools on a real store and memory, with a file, an imported document and an indexed project of Alice. */
public abstract class WorldContract extends ToolContract {
    private static final SchemaValidator SCHEMAS = SchemaValidator.create();
    private static final UserId ALICE_ID = UserId.of("alice");
    private static final UserId BOB_ID = UserId.of("bob");

    private @Nullable TestHome home;
    private @Nullable String document;
    private @Nullable Path files;

    /** The name of the tool. */
    protected abstract String name();

    protected final TestHome home() {
        if (home == null) {
            throw new IllegalStateException("The world is not open");
        }
        return home;
    }

    /** The directory that the tools may read. */
    protected final Path files() {
        if (files == null) {
            throw new IllegalStateException("The world is not open");
        }
        return files;
    }

    /** The id of the document that Alice imported. */
    protected final String document() {
        return String.valueOf(document);
    }

    protected static ToolContext alice() {
        return TestToolContext.builder().scope(Scope.of(ALICE_ID)).build();
    }

    @Override
    protected Tool open(Path directory) throws Exception {
        Path root = directory.toRealPath();
        files = root;
        home = TestHome.of(root);
        Files.writeString(root.resolve("new.txt"), "A new text about pelicans.");
        Files.writeString(root.resolve("known.txt"), "A known text about flamingos.");
        Files.createDirectories(root.resolve("shop"));
        Files.writeString(root.resolve("shop/Cart.java"), "class Cart {\n    String zebra;\n}\n");
        document = home.run("document.import", "{\"path\":\"known.txt\"}", alice())
                .data()
                .text("document");
        home.run("index.project", "{\"path\":\"shop\"}", alice());
        return home.tool(name());
    }

    @Override
    protected Object world() {
        return List.of(worldOf(ALICE_ID), worldOf(BOB_ID));
    }

    @Override
    protected Optional<Object> worldOf(UserId user) {
        Scope scope = Scope.of(user);
        ToolContext context = TestToolContext.builder().scope(scope).build();
        List<Object> all = new ArrayList<>();
        home().memory()
                .documents()
                .list(scope, Optional.empty(), 1_000)
                .forEach(info -> all.add(info.id() + info.title() + info.metadata() + info.chunks()));
        all.add(home().run("index.status", "{}", context).data());
        return Optional.of(all);
    }

    @Override
    protected List<String> privateWords() {
        return List.of("flamingos", "zebra");
    }

    @Override
    protected List<Json> malformed() {
        return List.of(Json.emptyObject(), Json.parse("{\"query\":5,\"path\":5,\"document\":5,\"project\":5}"));
    }

    @Override
    protected Optional<List<String>> problems(Json schema, Json value) {
        return Optional.of(SCHEMAS.compile(schema).validate(value).stream()
                .map(Object::toString)
                .toList());
    }

    @Override
    protected void close() {
        home().close();
    }
}
