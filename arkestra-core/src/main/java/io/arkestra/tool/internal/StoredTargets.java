package io.arkestra.tool.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.tool.Target;
import java.util.List;
import java.util.Optional;

/** What a call touched, as it is on record: when it is over its tool may name something else, or nothing. */
final class StoredTargets {
    /** The member of the record that they are in. */
    static final String MEMBER = "targets";

    private StoredTargets() {}

    static Json json(List<Target> targets) {
        return Json.array(targets.stream()
                .map(target -> (Json) Json.object()
                        .put("kind", target.kind())
                        .put("value", target.value())
                        .put("changes", target.changes())
                        .build())
                .toList());
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @param call the body of a record of a call; those of earlier versions do not say what was touched
     * @throws InvalidInputException when there is something else in its place
     */
    static Optional<List<Target>> in(Json call) {
        return call.has(MEMBER)
                ? Optional.of(
                        call.list(MEMBER).stream().map(StoredTargets::read).toList())
                : Optional.empty();
    }

    private static Target read(Json target) {
        return new Target(
                target.text("kind"),
                target.text("value"),
                target.bool("changes").orElse(true));
    }
}
