package io.arkestra.turn.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.WellFormed;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardStream;
import io.arkestra.llm.LlmListener;
import io.arkestra.persona.internal.EnvelopeText;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer on its way out: taken out of the senior's envelope, through the guard, to the listener. What the listener saw in pieces is
 * the reply's text, by construction. Written by the one thread that generates at a time; the turn's thread may end it at any moment.
 */
final class AnswerStream {
    private final GuardStream guard;
    private final Consumer<String> listener;
    private final StringBuilder released = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean anything;
    private boolean separate;
    private boolean ended;
    private @Nullable Part current;

    /** @param readers who reads the answer */
    AnswerStream(Guard guard, GuardContext readers, Consumer<String> listener) {
        this.guard = guard.stream(readers);
        this.listener = listener;
    }

    /** One response of a model, from its first piece to its last. */
    final class Part implements LlmListener {
        private final EnvelopeText envelope = new EnvelopeText();
        private final Cancellation cancel;
        private final StringBuffer spoken = new StringBuffer();
        private char heldSurrogate;

        Part(Cancellation cancel) {
            this.cancel = cancel;
        }

        @Override
        public void onText(String delta) {
            if (!cancel.isCancelled()) {
                speak(wellFormed(envelope.push(delta), false));
            }
        }

        /**
         * Ends the response and returns what it said, before the guard.
         *
         * @param whole the response's text, in case its client told the listener nothing
         */
        String finish(String whole) {
            if (envelope.isEmpty()) {
                speak(wellFormed(envelope.push(whole), false));
            }
            speak(wellFormed(envelope.finish(), true));
            return spoken();
        }

        /** What it said so far, before the guard; for any thread. */
        String spoken() {
            return spoken.toString();
        }

        private void speak(String text) {
            if (!text.isEmpty()) {
                spoken.append(text);
                AnswerStream.this.say(text, this);
            }
        }

        /** Mends lone surrogates, but waits for the second half of a pair that was cut between two pieces. */
        private String wellFormed(String piece, boolean last) {
            String text = heldSurrogate == 0 ? piece : heldSurrogate + piece;
            heldSurrogate = 0;
            if (!last && !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
                heldSurrogate = text.charAt(text.length() - 1);
                text = text.substring(0, text.length() - 1);
            }
            return WellFormed.text(text);
        }
    }

    Part part(Cancellation cancel) {
        lock.lock();
        try {
            separate = anything;
            Part part = new Part(cancel);
            current = part;
            return part;
        } finally {
            lock.unlock();
        }
    }

    /** Says something that no model said, on a line of its own. What an earlier model still says is not heard any more. */
    void say(String text) {
        Part remark = part(Cancellation.none());
        remark.speak(text);
    }

    private void say(String text, Part speaker) {
        String out = "";
        lock.lock();
        try {
            if (ended || speaker != current) {
                return;
            }
            if (separate) {
                separate = false;
                out = guard.push("\n");
            }
            anything = true;
            out += guard.push(text);
            released.append(out);
        } finally {
            lock.unlock();
        }
        hear(out);
    }

    /** Ends the answer: lets go of what the guard held back. Idempotent. */
    void finish() {
        String out = "";
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                out = guard.finish();
                released.append(out);
            }
        } finally {
            lock.unlock();
        }
        hear(out);
    }

    /** Ends the answer where it is: what the guard held back stays unsaid, and a model that goes on is not heard any more. */
    void breakOff() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    /** What was let out so far. */
    String text() {
        lock.lock();
        try {
            return released.toString();
        } finally {
            lock.unlock();
        }
    }

    /** Outside the lock, so that a listener that hangs cannot keep the turn from ending. */
    private void hear(String text) {
        if (!text.isEmpty()) {
            listener.accept(text);
        }
    }
}
