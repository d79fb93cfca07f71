package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    private static final String TOKENIZER = "/e5-small-v2-q-tokenizer.json";

    @TempDir
    Path directory;

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(file, bytes);
    }

    private static UnpackDirectory with(Path path, long free) {
        UnpackDirectory usual = UnpackDirectory.inHome(path);
        return new UnpackDirectory(path, usual.called(), usual.remedy(), any -> free);
    }

    private static Embedders models(TestProviderContext context) {
        return new OnnxEmbedderProvider().open(context);
    }

    @Test
    void unpack_damagedFileOfTheRightSize_isUnpackedAnew() throws IOException {
        ModelFiles files = new ModelFiles(UnpackDirectory.inHome(directory));
        Path unpacked = files.unpack(TOKENIZER, "tokenizer.json");
        byte[] right = Files.readAllBytes(unpacked);
        damage(unpacked);

        Path again = files.unpack(TOKENIZER, "tokenizer.json");

        assertEquals(unpacked, again);
        assertArrayEquals(right, Files.readAllBytes(again));
    }

    @Test
    void unpackAs_damagedFileOfTheRightSize_isUnpackedAnew() throws IOException {
        ModelFiles files = new ModelFiles(UnpackDirectory.inHome(directory.resolve("native")));
        Path unpacked = files.unpackAs(TOKENIZER, "tokenizer.json");
        byte[] right = Files.readAllBytes(unpacked);
        damage(unpacked);

        assertArrayEquals(right, Files.readAllBytes(files.unpackAs(TOKENIZER, "tokenizer.json")));
    }

    @Test
    void unpackAs_directoryThatOthersCanWriteTo_becomesPrivate() throws IOException {
        assumeTrue(PrivateDirectory.hasPermissions(directory));
        Path open = Files.createDirectory(directory.resolve("native"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        new ModelFiles(UnpackDirectory.inHome(open)).unpackAs(TOKENIZER, "tokenizer.json");

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(open)));
    }

    @Test
    void unpackAs_linkInPlaceOfTheDirectory_isRefused() throws IOException {
        assumeTrue(PrivateDirectory.hasPermissions(directory));
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(directory.resolve("native"), elsewhere);

        String message = assertThrows(
                        EmbeddingException.class,
                        () -> new ModelFiles(UnpackDirectory.inHome(link)).unpackAs(TOKENIZER, "tokenizer.json"))
                .getMessage();

        assertTrue(message.contains("a file or a link; remove it, or choose another home"), message);
    }

    @Test
    void unpack_tooLittleRoom_leavesTheRestToTheDatabase() throws IOException {
        long size = PackedResource.of(TOKENIZER).size();
        ModelFiles enough = new ModelFiles(with(directory.resolve("a"), size + UnpackDirectory.RESERVE));
        ModelFiles little = new ModelFiles(with(directory.resolve("b"), size + UnpackDirectory.RESERVE - 1));

        assertTrue(Files.exists(enough.unpack(TOKENIZER, "tokenizer.json")));
        String message = assertThrows(EmbeddingException.class, () -> little.unpack(TOKENIZER, "tokenizer.json"))
                .getMessage();

        assertTrue(message.contains("not enough room: 1 MB are needed besides 64 MB that stay free"), message);
        assertTrue(message.contains("make room there, or choose another home or set embedding.directory"), message);
        try (Stream<Path> left = Files.list(directory.resolve("b"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void failure_accessDenied_namesTheDirectoryAndNotTheRoom() {
        String message = UnpackDirectory.configured(directory)
                .failure(new AccessDeniedException("any"))
                .getMessage();

        assertTrue(message.contains("embedding.directory, which is " + directory), message);
        assertTrue(message.contains("this user may not write to " + directory + "; allow it"), message);
        assertFalse(message.contains("room") || message.contains("home"), message);
    }

    @Test
    void find_fileInPlaceOfTheDirectory_isToldOnceForAllModels() throws IOException {
        Path file = Files.writeString(directory.resolve("models"), "in the way");
        TestProviderContext context = TestProviderContext.builder()
                .settings(Json.object().put("directory", file.toString()).build())
                .build();
        try (Embedders models = models(context)) {
            assertTrue(models.find(EmbeddingPurpose.CONVERSATION).isEmpty());
            assertTrue(models.find(EmbeddingPurpose.DOCUMENT).isEmpty());

            assertEquals(1, context.warnings().size(), context.warnings().toString());
            assertTrue(
                    context.warnings()
                            .get(0)
                            .contains(file + " is a file where a directory is expected; remove it, or name another"),
                    context.warnings().toString());
            assertEquals(context.warnings(), models.health().findings());
        }
    }
}
