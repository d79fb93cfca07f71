package io.arkestra.schema.internal;

import io.arkestra.common.Json;
import java.util.Optional;

/** Schemas by absolute URI. The product has none: a reference that leaves the document is refused. */
@FunctionalInterface
interface RemoteSchemas {
    RemoteSchemas NONE = uri -> Optional.empty();

    Optional<Json> find(String uri);
}
