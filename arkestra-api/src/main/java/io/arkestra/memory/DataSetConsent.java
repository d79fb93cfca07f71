package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;

/**
 * Who lets what was said and answered be used to train models. Nobody does until it is given, and it never travels with an export.
 * Thread-safe.
 */
public interface DataSetConsent {
    boolean isGiven(UserId user);

    /** Lets the next data sets hold the user's conversations, those of before included. */
    void give(UserId user);

    /**
     * Takes it back. When this returns, no line of the user is left in any data set that this memory wrote; copies that were made of
     * them are the host's to delete. Waits while data sets are being written.
     *
     * @throws io.arkestra.common.ArkestraException with code {@code memory.export} when lines could not be taken out of a file; the
     *     consent is withdrawn all the same
     */
    void withdraw(UserId user);

    /** That of a memory that writes no data sets: nobody has given it, and nobody can. */
    static DataSetConsent none() {
        return new DataSetConsent() {
            @Override
            public boolean isGiven(UserId user) {
                return false;
            }

            @Override
            public void give(UserId user) {
                throw new InvalidInputException("This memory writes no data sets; there is nothing to consent to");
            }

            @Override
            public void withdraw(UserId user) {
                // nobody has given it
            }
        };
    }
}
