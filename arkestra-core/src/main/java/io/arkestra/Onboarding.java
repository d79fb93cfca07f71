package io.arkestra;

import java.util.Locale;

/**
 * Getting to know one user: name, form of address, language, time zone, tone, goals and boundaries, asked one at a time. Every question can
 * be skipped; what was answered is kept at once, so that it goes on after a restart where it stopped. While it asks, each message of the
 * user in a conversation is taken for the answer. Thread-safe.
 */
public interface Onboarding {
    /** What the engine does by itself. */
    enum Mode {
        /** Nothing; the host may begin. */
        OFF,
        /** Offers it once to each new user, and begins when the user asks for it ("let's get acquainted"). */
        OFFERED,
        /** Begins with the first message: nothing else is answered until every question was answered or skipped. */
        REQUIRED
    }

    /** Whether the user's next message answers a question. */
    boolean isAsking();

    /** Whether every question was answered or skipped. */
    boolean isDone();

    /**
     * Begins, or goes on where it stopped.
     *
     * @param language to ask in: English or Russian; a language that the user has chosen goes before it
     * @return what to say to the user: the next question, or that there is nothing left to ask
     */
    String begin(Locale language);

    /**
     * Takes the answer to the question that was asked, for hosts that ask outside of a conversation.
     *
     * @return what to say to the user: the next question, the same one when the answer was not understood, or that this was all
     */
    String answer(String text);

    /** Begins anew: all questions are asked, also those that were answered. What is known stays until it is answered otherwise. */
    String restart(Locale language);
}
