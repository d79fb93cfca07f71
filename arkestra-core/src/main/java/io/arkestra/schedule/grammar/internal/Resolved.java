package io.arkestra.schedule.grammar.internal;

import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a composition means at a moment. */
record Resolved(
        ZonedDateTime start,
        Grain grain,
        @Nullable ZonedDateTime end,
        @Nullable Recurrence recurrence,
        List<String> ambiguities) {}
