package io.arkestra;

import java.util.List;

/**
 * Tools that are declared in words: a call over HTTP, a command, a chain of tools. They are kept with every version, taken down in the
 * audit, there again at the next open, and known from the next turn on; whether one may be called is the policy's decision, and without
 * a rule for it the answer is no. Thread-safe.
 *
 * <p>All methods throw {@link io.arkestra.common.ConfigException} with what is wrong, where and what is expected; nothing is changed then.
 */
public interface DeclaredTools {
    /**
     * Adds a tool.
     *
     * @param definition in YAML or JSON
     */
    DeclaredTool add(String definition);

    /** Gives the tool that is named in the definition a new version, which is enabled and not pinned. */
    DeclaredTool edit(String definition);

    /** Takes a tool out of use; it stays in the list. */
    DeclaredTool disable(String name);

    /** Takes a disabled tool into use again. */
    DeclaredTool enable(String name);

    /**
     * Vouches for a definition: policies see the tool as pinned until it is edited.
     *
     * @param digest of the newest version, as {@link DeclaredTool#digest} tells it
     */
    DeclaredTool pin(String name, String digest);

    /** Takes a tool away; its history stays, and adding it again goes on with the next version. */
    void remove(String name);

    /** The newest version of each tool, by name. */
    List<DeclaredTool> list();

    /** All versions of a tool, removed or not, the newest first; empty when there never was one. */
    List<DeclaredTool> history(String name);
}
