package io.arkestra.audit.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/** The key pair that the audit is signed with, as two files: the private one readable by its owner alone. */
public final class AuditKeys {
    static final String PRIVATE = "signing-key";
    static final String PUBLIC = "signing-key.pub";
    private static final String ALGORITHM = "Ed25519";
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private AuditKeys() {}

    /** A pair that nobody keeps. */
    public static KeyPair fresh() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java 17 has " + ALGORITHM, e);
        }
    }

    /**
     * The pair in a directory, made when there is none.
     *
     * @throws ConfigException when the files are no key pair, or others may read the private one
     */
    static KeyPair in(Path directory) {
        Path file = directory.resolve(PRIVATE);
        try {
            if (!Files.exists(file)) {
                KeyPair made = fresh();
                write(directory.resolve(PUBLIC), made.getPublic().getEncoded(), false);
                write(file, made.getPrivate().getEncoded(), true);
                return made;
            }
            if (posix() && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw new ConfigException(
                        "The key of the audit " + file + " may be used by others; take that away: chmod 600 " + file);
            }
            KeyPair pair = new KeyPair(
                    readPublic(directory.resolve(PUBLIC)),
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(bytes(file))));
            if (!fit(pair)) {
                throw new ConfigException("The keys of the audit " + file + " and " + PUBLIC
                        + " do not belong together: one of them was replaced. Put the right one back");
            }
            return pair;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigException("The key of the audit " + file + " cannot be used: " + e);
        }
    }

    /** Whether what the one signs is right by the other. */
    private static boolean fit(KeyPair pair) {
        return Checkpoint.read(Checkpoint.write(0, AuditLine.START, Instant.EPOCH, pair.getPrivate()))
                .filter(signed -> signed.isSignedBy(pair.getPublic()))
                .isPresent();
    }

    /** @throws ConfigException when the file is no public key */
    static PublicKey readPublic(Path file) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes(file)));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigException("The public key of the audit " + file + " cannot be used: " + e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return Base64.getDecoder().decode(Files.readString(file).strip());
    }

    private static void write(Path file, byte[] key, boolean secret) throws IOException {
        FileAttribute<?>[] attributes = secret && posix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        if (secret) {
            Files.createFile(file, attributes);
        }
        Files.writeString(
                file,
                Base64.getEncoder().encodeToString(key) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    /** @throws ArkestraException when the pair does not sign by Ed25519 */
    public static KeyPair checked(KeyPair pair) {
        String name = pair.getPrivate().getAlgorithm();
        if (!name.equals(ALGORITHM) && !name.equals("EdDSA")) {
            throw new ConfigException("The audit is signed by " + ALGORITHM + ", but the key given is one for " + name);
        }
        return pair;
    }
}
