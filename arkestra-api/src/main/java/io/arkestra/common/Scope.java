package io.arkestra.common;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf and where something happens: user, session, project, channel and principal. Passed as an argument everywhere;
 * never kept in a thread-local. Immutable.
 */
public final class Scope {
    private final UserId user;
    private final @Nullable SessionId session;
    private final @Nullable ProjectId project;
    private final ChannelId channel;
    private final Principal principal;

    private static final ChannelId LOCAL = ChannelId.of("local");

    private Scope(
            UserId user,
            @Nullable SessionId session,
            @Nullable ProjectId project,
            ChannelId channel,
            Principal principal) {
        this.user = Objects.requireNonNull(user, "user");
        this.session = session;
        this.project = project;
        this.channel = Objects.requireNonNull(channel, "channel");
        this.principal = Objects.requireNonNull(principal, "principal");
    }

    /** The user acting in person, outside any session, on the channel {@code local}. */
    public static Scope of(UserId user) {
        return new Scope(user, null, null, LOCAL, Principal.user(user));
    }

    /** The user acting in person in a session, on the channel {@code local}. */
    public static Scope of(UserId user, SessionId session) {
        return of(user).withSession(session);
    }

    public Scope withSession(SessionId value) {
        return new Scope(user, Objects.requireNonNull(value), project, channel, principal);
    }

    public Scope withProject(ProjectId value) {
        return new Scope(user, session, Objects.requireNonNull(value), channel, principal);
    }

    public Scope withChannel(ChannelId value) {
        return new Scope(user, session, project, value, principal);
    }

    /** The same place, with another actor: a tool call that a model asked for acts as {@link Principal#model}. */
    public Scope withPrincipal(Principal value) {
        return new Scope(user, session, project, channel, value);
    }

    public UserId user() {
        return user;
    }

    public Optional<SessionId> session() {
        return Optional.ofNullable(session);
    }

    public Optional<ProjectId> project() {
        return Optional.ofNullable(project);
    }

    public ChannelId channel() {
        return channel;
    }

    public Principal principal() {
        return principal;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scope that
                && user.equals(that.user)
                && Objects.equals(session, that.session)
                && Objects.equals(project, that.project)
                && channel.equals(that.channel)
                && principal.equals(that.principal);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, session, project, channel, principal);
    }

    @Override
    public String toString() {
        return "Scope[user=" + user + ", session=" + session + ", project=" + project + ", channel=" + channel
                + ", principal=" + principal + "]";
    }
}
