package io.arkestra.tools.git.internal;

import io.arkestra.tool.Tool;
import io.arkestra.tools.fs.internal.Roots;
import java.util.List;

/** The tools for repositories. JGit is loaded with the first call. */
public final class GitTools {
    private GitTools() {}

    public static List<Tool> in(Roots roots) {
        return List.of(new StatusTool(roots), new DiffTool(roots), new LogTool(roots));
    }
}
