package io.arkestra.audit.internal;

import io.arkestra.audit.AuditEntry;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A line of the audit's file: a JSON object whose last member {@code h} is the hash of the one before and of everything in front of it. The
 * text in front counts as it is written, not as it would be written again.
 */
record AuditLine(AuditEntry entry, String body) {
    /** What stands for the hash before the first line. */
    static final String START = "0".repeat(64);

    private static final String MARK = ",\"h\":\"";
    private static final int TAIL = MARK.length() + 64 + 2;

    /** What has the hash that the next line goes on from. */
    static String write(String before, AuditEntry entry) {
        Json body = Json.object()
                .put("n", entry.number())
                .put("at", entry.at())
                .put("kind", entry.kind())
                .put("who", entry.person())
                .put("by", entry.by())
                .put("subject", entry.subject())
                .put("outcome", entry.outcome())
                .put("rules", Json.strings(entry.rules()))
                .put("detail", entry.detail())
                .build();
        String text = body.toString();
        return text.substring(0, text.length() - 1) + MARK + hash(before, text) + "\"}";
    }

    /** The line, if it is one; whether its hash is right is another question. */
    static Optional<AuditLine> read(String text) {
        if (text.length() <= TAIL || !text.startsWith(MARK, text.length() - TAIL)) {
            return Optional.empty();
        }
        try {
            Json json = Json.parse(text);
            AuditEntry entry = new AuditEntry(
                    json.integer("n").orElse(-1L),
                    json.instant("at").orElse(Instant.EPOCH),
                    json.text("kind"),
                    json.text("who"),
                    json.text("by"),
                    json.text("subject"),
                    json.text("outcome"),
                    json.list("rules").stream().map(Json::asString).toList(),
                    json.get("detail").orElse(Json.emptyObject()),
                    json.text("h"));
            return Optional.of(new AuditLine(entry, text.substring(0, text.length() - TAIL) + "}"));
        } catch (ArkestraException e) {
            return Optional.empty();
        }
    }

    /** Whether it follows a line of this hash. */
    boolean follows(String before) {
        return entry.hash().equals(hash(before, body));
    }

    private static String hash(String before, String body) {
        MessageDigest digest = sha256();
        digest.update(before.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    static String digest(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
