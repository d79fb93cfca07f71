package io.arkestra.benchmarks.vector;

import java.io.IOException;

/** A store of vectors as an application uses it: by ids, kept across restarts. One thread. */
interface VectorHome extends AutoCloseable {
    /** In place of what has this id. */
    void put(String id, float[] vector);

    /** What has this id, if anything has. */
    void remove(String id);

    /** How many of the ten nearest were found. */
    int search(float[] query);

    /** Makes sure that all of it can be opened again. */
    void save() throws IOException;

    /** Drops what is in memory and opens what is on the disk. */
    void reopen();

    /** A line about the bytes; empty when it cannot tell. */
    String size();

    @Override
    void close();
}
