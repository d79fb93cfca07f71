package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.testkit.ToolContract;
import io.arkestra.tool.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** Every tool for files and repositories does what every tool must do. */
class FileToolsContractTest {
    abstract static class Contract extends ToolContract {
        private final String name;
        private final List<String> valid;
        private final List<String> refused;
        private FilesFixture files;

        Contract(String name, List<String> valid, List<String> refused) {
            this.name = name;
            this.valid = valid;
            this.refused = refused;
        }

        @Override
        protected Tool open(Path directory) throws Exception {
            files = new FilesFixture(directory);
            files.file("a.txt", "one\ntwo\n");
            files.file("b.txt", "two\n");
            files.file("docs/guide.md", "guide");
            files.file("old/plan.md", "plan");
            if (name.startsWith("git.")) {
                new ProcessBuilder("git", "init", "-q")
                        .directory(files.root.toFile())
                        .start()
                        .waitFor();
            }
            return files.tool(name);
        }

        FilesFixture files() {
            return files;
        }

        private static List<Json> parsed(List<String> texts) {
            return texts.stream()
                    .map(text -> Json.parse(text.replace('\'', '"')))
                    .toList();
        }

        @Override
        protected List<Json> valid() {
            return parsed(valid);
        }

        @Override
        protected List<Json> refused() {
            return parsed(refused);
        }

        @Override
        protected List<Json> malformed() {
            return parsed(List.of("{'path':7}", "{'path':null}", "{'path':['a.txt']}", "{'root':7,'path':'a.txt'}"));
        }

        @Override
        protected Object world() {
            return files.snapshot();
        }

        @Override
        protected boolean interfere(Json arguments) throws Exception {
            files.file(arguments.string("to").orElse(arguments.text("path")), "theirs");
            return true;
        }

        @Override
        protected Optional<List<String>> problems(Json schema, Json value) {
            return Optional.of(SchemaValidator.create().compile(schema).validate(value).stream()
                    .map(Object::toString)
                    .toList());
        }
    }

    @Nested
    class Read extends Contract {
        Read() {
            super(
                    "fs.read",
                    List.of("{'path':'a.txt'}", "{'path':'a.txt','from':2,'lines':1}"),
                    List.of("{'path':'no.txt'}", "{'path':'../x'}"));
        }
    }

    @Nested
    class Listing extends Contract {
        Listing() {
            super("fs.list", List.of("{}", "{'glob':'*.md','depth':3}"), List.of("{'path':'no'}"));
        }
    }

    @Nested
    class Search extends Contract {
        Search() {
            super(
                    "fs.search",
                    List.of("{'query':'two'}", "{'query':'t.o','regex':true,'glob':'*.txt'}"),
                    List.of("{'query':'(','regex':true}"));
        }

        /** Many long lines that look nearly right. */
        @Override
        protected Optional<Json> slow() {
            String lines = ("x".repeat(80) + "\n").repeat(6_000);
            try {
                for (int i = 0; i < 60; i++) {
                    files().file("slow/" + i + ".txt", lines);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Optional.of(Json.parse("{\"query\":\"(x+x+)+y\",\"regex\":true,\"path\":\"slow\"}"));
        }
    }

    @Nested
    class Write extends Contract {
        Write() {
            super(
                    "fs.write",
                    List.of(
                            "{'path':'a.txt','mode':'replace','old':'two','content':'2'}",
                            "{'path':'a.txt','mode':'append','content':'x'}",
                            "{'path':'a.txt','mode':'overwrite','content':'x'}",
                            "{'path':'n.txt','mode':'create','content':'x'}",
                            "{'path':'deep/er/n.txt','mode':'create','content':'x'}"),
                    List.of(
                            "{'path':'a.txt','mode':'create','content':'x'}",
                            "{'path':'.env','mode':'create','content':'x'}"));
        }
    }

    @Nested
    class Move extends Contract {
        Move() {
            super(
                    "fs.move",
                    // Not into the directory that the other one moves: the engine would not run those at the same time.
                    List.of("{'path':'a.txt','to':'docs/a.txt'}", "{'path':'old','to':'papers'}"),
                    List.of("{'path':'a.txt','to':'b.txt'}"));
        }
    }

    @Nested
    class Delete extends Contract {
        Delete() {
            super(
                    "fs.delete",
                    List.of("{'path':'a.txt'}", "{'path':'docs','directory':true}"),
                    List.of("{'path':'docs'}", "{'path':'no.txt'}"));
        }
    }

    @Nested
    class GitStatus extends Contract {
        GitStatus() {
            super("git.status", List.of("{}"), List.of("{'path':'../x'}"));
        }
    }

    @Nested
    class GitDiff extends Contract {
        GitDiff() {
            super("git.diff", List.of("{}", "{'staged':true}"), List.of("{'to':'x'}"));
        }
    }

    @Nested
    class GitLog extends Contract {
        GitLog() {
            super("git.log", List.of("{}"), List.of("{'from':'nowhere'}"));
        }
    }

    /** The same on a system that cannot hold directories; without the races that only those withstand. */
    @Nested
    class WriteByPath extends Write {
        @Override
        protected Tool open(Path directory) throws Exception {
            FilesFixture byPath = new FilesFixture(
                    directory, "{}", java.time.Clock.systemUTC(), false, java.util.function.UnaryOperator.identity());
            super.open(directory);
            return byPath.tool("fs.write");
        }
    }

    @Nested
    class DeleteByPath extends Delete {
        @Override
        protected Tool open(Path directory) throws Exception {
            FilesFixture byPath = new FilesFixture(
                    directory, "{}", java.time.Clock.systemUTC(), false, java.util.function.UnaryOperator.identity());
            super.open(directory);
            return byPath.tool("fs.delete");
        }
    }
}
