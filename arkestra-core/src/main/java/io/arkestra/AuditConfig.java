package io.arkestra;

import io.arkestra.audit.AuditSink;
import io.arkestra.audit.internal.AuditKeys;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the audit is kept. Used inside {@link ArkestraBuilder#audit}. */
public final class AuditConfig {
    final List<AuditSink> sinks = new ArrayList<>();

    @Nullable
    KeyPair key;

    AuditConfig() {}

    /**
     * Signs with this Ed25519 key in place of the one that is kept in the home: whoever can read the home cannot sign then.
     *
     * @throws io.arkestra.common.ConfigException when it is a key for something else
     */
    public AuditConfig key(KeyPair pair) {
        key = AuditKeys.checked(pair);
        return this;
    }

    /** Copies every line elsewhere. */
    public AuditConfig sink(AuditSink sink) {
        sinks.add(Objects.requireNonNull(sink, "sink"));
        return this;
    }
}
