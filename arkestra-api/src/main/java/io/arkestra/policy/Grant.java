package io.arkestra.policy;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An approval that is remembered. Immutable.
 *
 * @param id for {@link Approvals#revoke}
 * @param user whose
 * @param sessionOrNull where it holds; everywhere when absent
 * @param tool name of the tool
 * @param definition digest of the tool's description and schema: another definition is asked about again
 * @param bound what must be the same in a later call
 * @param grantedAt when
 * @param expiresAt until when
 * @param uses how often it was used
 */
public record Grant(
        String id,
        UserId user,
        @Nullable SessionId sessionOrNull,
        String tool,
        String definition,
        Json bound,
        Instant grantedAt,
        Instant expiresAt,
        long uses) {
    public Grant {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tool, "tool");
    }

    public Optional<SessionId> session() {
        return Optional.ofNullable(sessionOrNull);
    }
}
