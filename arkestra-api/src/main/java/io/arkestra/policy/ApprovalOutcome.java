package io.arkestra.policy;

import io.arkestra.common.Json;
import java.util.Objects;

/** What a person said about a call. New answers may be added: a {@code switch} needs a default branch. */
public interface ApprovalOutcome {
    /**
     * Yes.
     *
     * @param digest that of the request: what was seen and agreed to
     * @param remember whether the same may be done without asking, as far as the rules let it
     */
    record Approved(String digest, boolean remember) implements ApprovalOutcome {
        public Approved {
            Objects.requireNonNull(digest, "digest");
        }
    }

    /**
     * No.
     *
     * @param note why, for the model; may be empty
     */
    record Denied(String note) implements ApprovalOutcome {
        public Denied {
            Objects.requireNonNull(note, "note");
        }
    }

    /**
     * Yes, but with other arguments: they are checked and judged like new ones, and only what is stricter than asking stops them.
     *
     * @param digest that of the request
     * @param arguments all arguments
     */
    record Edited(String digest, Json arguments) implements ApprovalOutcome {
        public Edited {
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(arguments, "arguments");
        }
    }

    /** Nobody answered in time. */
    record Expired() implements ApprovalOutcome {}

    /**
     * Nobody answers now; the turn does not wait. The call is parked, and whoever answers does it through {@link Approvals#answer}, in this
     * process or a later one.
     */
    record Later() implements ApprovalOutcome {}

    /** Yes to exactly this, once. */
    static ApprovalOutcome approve(ApprovalRequest request) {
        return new Approved(request.digest(), false);
    }

    /** Yes, and to the same again, as far as the rules let it. */
    static ApprovalOutcome approveAndRemember(ApprovalRequest request) {
        return new Approved(request.digest(), true);
    }

    static ApprovalOutcome deny(String note) {
        return new Denied(note);
    }

    static ApprovalOutcome edit(ApprovalRequest request, Json arguments) {
        return new Edited(request.digest(), arguments);
    }
}
