package io.arkestra.store;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Key rings that are kept as text. Messages never contain any part of a key. */
final class KeyFile {
    private static final String HANDLE = "env://";
    private static final int LONGEST = 100_000;
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private KeyFile() {}

    static KeyRing load(Path path) {
        Path file = path.toAbsolutePath().normalize();
        try {
            if (!Files.isRegularFile(file)) {
                throw new ConfigException("The key file " + file + " is not there; expected a file with lines of an id,"
                        + " a blank and a key of 32 bytes in Base64");
            }
            checkPermissions(file);
            if (Files.size(file) > LONGEST) {
                throw new ConfigException("The key file " + file + " is too large to be one");
            }
            return parse(Files.readString(file).lines().toList(), "\\s+", "The key file " + file);
        } catch (IOException e) {
            throw new ConfigException("The key file " + file + " cannot be read: " + e);
        }
    }

    private static void checkPermissions(Path file) throws IOException {
        if (!posix()) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions)) {
            throw new ConfigException("The key file " + file + " may be used by others ("
                    + PosixFilePermissions.toString(permissions) + "); take that away: chmod 600 " + file);
        }
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    static KeyRing loadOrCreate(Path path) {
        Path file = path.toAbsolutePath().normalize();
        if (Files.exists(file)) {
            return load(file);
        }
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        String line = "key-1 " + Base64.getEncoder().encodeToString(key) + "\n";
        FileAttribute<?>[] attributes = posix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createFile(file, attributes);
            Files.writeString(file, line);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (FileAlreadyExistsException e) {
            // Another process made it at this moment.
            return load(file);
        } catch (IOException e) {
            throw new ConfigException("The key file " + file + " cannot be made: " + e);
        }
        return load(file);
    }

    static KeyRing environment(String handle, Map<String, String> environment) {
        if (!handle.startsWith(HANDLE) || handle.length() == HANDLE.length()) {
            throw new ConfigException("The handle of the key ring is not of the form env://NAME");
        }
        String name = handle.substring(HANDLE.length());
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new ConfigException("The environment variable " + name
                    + " is not set; expected id:key, the key being 32 bytes in Base64");
        }
        return parse(List.of(value.split(",")), ":", "The environment variable " + name);
    }

    private static KeyRing parse(List<String> entries, String separator, String where) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        int number = 0;
        for (String entry : entries) {
            number++;
            String line = entry.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(separator);
            if (parts.length != 2) {
                throw new ConfigException(where + " has no id and key in its entry " + number);
            }
            if (keys.put(parts[0].strip(), decoded(parts[1].strip(), where, number)) != null) {
                throw new ConfigException(where + " names the key '" + parts[0].strip() + "' twice");
            }
        }
        return ListedKeys.of(keys, where);
    }

    private static byte[] decoded(String key, String where, int number) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(where + " has a key in its entry " + number + " that is not Base64");
        }
        if (bytes.length != 32) {
            throw new ConfigException(
                    where + " has a key of " + bytes.length + " bytes in its entry " + number + "; expected 32");
        }
        return bytes;
    }
}
