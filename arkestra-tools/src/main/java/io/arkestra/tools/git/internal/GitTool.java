package io.arkestra.tools.git.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Platform;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.fs.internal.CallCancellation;
import io.arkestra.tools.fs.internal.Place;
import io.arkestra.tools.fs.internal.Refusal;
import io.arkestra.tools.fs.internal.Roots;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;

/** What the tools for repositories have in common. None of them has an effect. */
abstract class GitTool implements Tool {
    static final String PLACE_SCHEMA = """
            "path": {"type": "string", "maxLength": 4096, "description": "a file or directory in the repository, relative to the root or absolute; the root itself unless given"},
            "root": {"type": "string", "maxLength": 31, "description": "name of the root of a relative path; the first one unless given"}""";

    private final Roots roots;
    private final Repositories repositories;
    private final ToolSpec spec;

    GitTool(Roots roots, ToolSpec.Builder spec) {
        this.roots = roots;
        this.repositories = new Repositories(roots);
        this.spec = spec.capability("fs.read")
                .cost(CostClass.MEDIUM)
                .platforms(Platform.LINUX, Platform.MACOS)
                .build();
    }

    @Override
    public final ToolSpec spec() {
        return spec;
    }

    final Roots roots() {
        return roots;
    }

    @Override
    public final List<Target> targets(ToolCall call, ToolContext context) {
        return List.of(roots.target(text(call.arguments(), "path"), text(call.arguments(), "root"), false));
    }

    @Override
    public final ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Json arguments = call.arguments();
        Place place = roots.place(text(arguments, "path"), text(arguments, "root"), false);
        CallCancellation.of(context).throwIfCancelled();
        try {
            return QuietReader.quietly(() -> {
                try (Repositories.Opened opened = repositories.open(place)) {
                    ToolResult result = read(opened, arguments, CallCancellation.of(context))
                            .showing(history(opened));
                    return place.taint().map(result::tainted).orElse(result);
                }
            });
        } catch (IOException e) {
            CallCancellation.of(context).throwIfCancelled();
            throw Refusal.of(spec.name() + " of '" + place.relative() + "'", e);
        }
    }

    /** What is gone from the files may be in what the repository keeps of them, and under another name. */
    private static List<Target> history(Repositories.Opened opened) {
        return Stream.of(opened.top().absolute(), opened.home())
                .distinct()
                .map(path -> Target.read(Target.HISTORY, path.toString().replace('\\', '/')))
                .toList();
    }

    abstract ToolResult read(Repositories.Opened opened, Json arguments, Cancellation cancel) throws IOException;

    static String text(Json arguments, String key) {
        return arguments.string(key).orElse("");
    }

    /** Whether the contents of a file of the repository may be shown. */
    final boolean shown(Repositories.Opened opened, String path) {
        return roots.deny().denies(opened.top().absolute().resolve(path), false).isEmpty();
    }

    /** The commit or tree that a name of the model stands for. */
    static ObjectId revision(Repositories.Opened opened, String name) throws IOException {
        ObjectId found;
        try {
            found = opened.repository().resolve(name);
        } catch (RevisionSyntaxException | AmbiguousObjectException e) {
            throw Refusal.invalid("'" + name + "' names no commit, or more than one: " + e.getMessage());
        }
        if (found == null) {
            throw Refusal.missing("There is no commit '" + name + "' in the repository");
        }
        return found;
    }

    /** Makes JGit stop when nobody wants the result any more. */
    record Stopping(Cancellation cancel) implements ProgressMonitor {
        @Override
        public void start(int tasks) {
            // Nobody watches.
        }

        @Override
        public void beginTask(String title, int work) {
            // Nobody watches.
        }

        @Override
        public void update(int done) {
            cancel.throwIfCancelled();
        }

        @Override
        public void endTask() {
            // Nobody watches.
        }

        @Override
        public boolean isCancelled() {
            return cancel.isCancelled();
        }

        @Override
        public void showDuration(boolean enabled) {
            // Nobody watches.
        }
    }
}
