package io.arkestra.tools.fs.internal;

import java.nio.file.Path;

/**
 * A directory that the host opened.
 *
 * @param name by which a model calls it
 * @param path its real path
 * @param given its path as the host wrote it, absolute
 * @param readOnly whether nothing in it may be changed
 * @param trusted whether the host vouches for every word in its files
 */
public record Root(String name, Path path, Path given, boolean readOnly, boolean trusted) {}
