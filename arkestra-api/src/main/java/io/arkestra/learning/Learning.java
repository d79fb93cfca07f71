package io.arkestra.learning;

import io.arkestra.common.UserId;

/**
 * What feedback has taught about how to answer. Feedback is given to turns; here it is told what came of it. It chooses words about style
 * and how hints at tools are passed on, never what is allowed. Thread-safe.
 */
public interface Learning {
    /** What was tried with this user, how it was received, and what was chosen lately and why. */
    Learned explain(UserId user);

    /** Forgets what this user's feedback taught, also where it counted for others. The feedback itself stays. */
    void reset(UserId user);
}
