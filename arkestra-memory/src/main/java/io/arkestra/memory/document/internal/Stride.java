package io.arkestra.memory.document.internal;

import io.arkestra.common.Cancellation;

/** Asks now and then on the way through a long text whether anybody still wants it. Confined to one thread. */
final class Stride {
    /** A few milliseconds of work, whatever is done with them. */
    static final int CHARACTERS = 16_384;

    private final Cancellation cancel;
    private int passed;

    Stride(Cancellation cancel) {
        this.cancel = cancel;
    }

    /** So many characters are done with. */
    void passed(int characters) {
        passed += characters;
        if (passed >= CHARACTERS) {
            ask();
        }
    }

    /** @throws io.arkestra.common.CancelledException when it was cancelled */
    void ask() {
        passed = 0;
        cancel.throwIfCancelled();
    }
}
