package io.arkestra.llm.llamacpp.models;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One model file that can be fetched. Figures that nobody knows are empty, never guessed. Immutable.
 *
 * @param id what people call it; letters, digits and {@code . _ : -}
 * @param file its name in the directory; ends in {@code .gguf}, no folders
 * @param size in bytes
 * @param sha256 of the whole file, 64 lower-case hex digits
 * @param license its SPDX id or name
 * @param licenseUrl where the licence can be read
 * @param minimumRam in bytes
 * @param contextTokens that it was trained for
 * @param roles for which it suits, for example {@code junior}
 * @param urls where it lies, asked in this order; forms as {@link ModelStore#pull} takes them
 */
public record ModelEntry(
        String id,
        String file,
        OptionalLong size,
        Optional<String> sha256,
        Optional<String> license,
        Optional<String> licenseUrl,
        OptionalLong minimumRam,
        OptionalInt contextTokens,
        List<String> roles,
        List<String> urls) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}\\.gguf");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws ModelStoreException naming the entry, the field and what is expected */
    public ModelEntry {
        sha256 = sha256.map(hash -> hash.toLowerCase(Locale.ROOT));
        roles = List.copyOf(roles);
        urls = List.copyOf(urls);
        require(ID.matcher(id).matches(), id, "id", "letters, digits and . _ : -, at most 128");
        require(FILE.matcher(file).matches(), id, "file", "a plain file name that ends in .gguf, without folders");
        require(size.isEmpty() || size.getAsLong() > 0, id, "size", "the number of bytes, above 0");
        require(sha256.isEmpty() || SHA256.matcher(sha256.get()).matches(), id, "sha256", "64 hex digits");
        require(minimumRam.isEmpty() || minimumRam.getAsLong() > 0, id, "minimumRam", "a number of bytes above 0");
        require(contextTokens.isEmpty() || contextTokens.getAsInt() > 0, id, "context", "a number of tokens above 0");
        require(!urls.isEmpty(), id, "urls", "at least one address");
        urls.forEach(ModelAddress::resolve);
    }

    /** An entry for an address that is in no catalogue: only the file's name is known. */
    static ModelEntry at(String url) {
        String path = ModelAddress.resolve(url).getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!FILE.matcher(name).matches()) {
            throw new ModelStoreException(
                    "address",
                    "The address " + url + " does not end in the name of a .gguf file (letters, digits, . _ -)."
                            + " Put it into a catalogue under a name of your own, or name the file itself.");
        }
        return new ModelEntry(
                name.substring(0, Math.min(128, name.length() - 5)),
                name,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(url));
    }

    private static void require(boolean holds, String id, String field, String expected) {
        if (!holds) {
            throw new ModelStoreException(
                    "catalogue", "The model '" + id + "' has a wrong '" + field + "'; expected is " + expected + ".");
        }
    }
}
