package io.arkestra.vector.partition.internal;

import java.io.IOException;

/** Is told before each step of writing to disk, and may refuse it: how tests show that a failure at any point leaves a valid state. */
@FunctionalInterface
interface WriteSteps {
    WriteSteps NONE = step -> {};

    void before(String step) throws IOException;
}
