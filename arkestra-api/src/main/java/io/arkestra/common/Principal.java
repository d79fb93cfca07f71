package io.arkestra.common;

/**
 * Who causes an action, as policies and the audit see it.
 *
 * @param kind what sort of actor it is
 * @param name which one: a user id, a job type, a provider id
 */
public record Principal(Kind kind, String name) {
    /** The sorts of actors. New kinds may be added: a {@code switch} over them needs a default branch. */
    public enum Kind {
        /** A person, acting through a host. */
        USER,
        /** A language model that asks for a tool. */
        MODEL,
        /** The engine itself: nightly work, migration, the feed. */
        SYSTEM,
        /** Code that a provider or plugin brought. */
        EXTENSION
    }

    /** The engine itself. */
    public static final Principal SYSTEM = new Principal(Kind.SYSTEM, "system");

    /** The given person. */
    public static Principal user(UserId user) {
        return new Principal(Kind.USER, user.value());
    }

    /** A model by the role it plays, for example {@code senior}. */
    public static Principal model(String role) {
        return new Principal(Kind.MODEL, role);
    }
}
