package io.arkestra.audit.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A signed word on how long the audit was at a time.
 *
 * @param count how many entries there were
 * @param hash that of the last of them
 * @param body what is signed, as it is written
 * @param signature Ed25519; empty for what is known from elsewhere than the files
 */
record Checkpoint(long count, String hash, String body, byte[] signature) {
    private static final String MARK = ",\"signature\":\"";

    static String write(long count, String hash, Instant at, PrivateKey key) {
        String body = Json.object()
                .put("count", count)
                .put("at", at)
                .put("hash", hash)
                .build()
                .toString();
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(body.getBytes(StandardCharsets.UTF_8));
            String signature = Base64.getEncoder().encodeToString(signer.sign());
            return body.substring(0, body.length() - 1) + MARK + signature + "\"}";
        } catch (GeneralSecurityException e) {
            throw new ArkestraException("audit.signature", "The audit cannot be signed: " + e.getMessage(), e);
        }
    }

    static Optional<Checkpoint> read(String line) {
        int mark = line.lastIndexOf(MARK);
        if (mark < 0) {
            return Optional.empty();
        }
        try {
            Json json = Json.parse(line);
            if (json.text("signature").isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Checkpoint(
                    json.integer("count").orElse(-1L),
                    json.text("hash"),
                    line.substring(0, mark) + "}",
                    Base64.getDecoder().decode(json.text("signature"))));
        } catch (ArkestraException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** It stands in no file of the audit. */
    boolean isKnownFromElsewhere() {
        return signature.length == 0;
    }

    boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(body.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
