package io.arkestra.llm.llamacpp.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelAddressTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @Test
    void resolve_commitOnTheHub_isTheAddressOfThatCommit() {
        assertEquals(
                URI.create("https://huggingface.co/owner/repo/resolve/" + COMMIT + "/sub/file.gguf"),
                ModelAddress.resolve("hf://owner/repo@" + COMMIT + "/sub/file.gguf"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hf://owner/repo@main/file.gguf", "hf://owner/repo/file.gguf", "hf://owner/repo@0123/file.gguf"})
    void resolve_branchOnTheHub_isRefusedWithTheReason(String address) {
        String message = assertThrows(ModelStoreException.class, () -> ModelAddress.resolve(address))
                .getMessage();

        assertTrue(message.contains("a branch or tag can be moved"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/a.gguf",
                "http://127.0.0.1.example.com/a.gguf",
                "http://localhost@example.com/a.gguf",
                "https://user:secret@example.com/a.gguf",
                "ftp://example.com/a.gguf",
                "file://host/a.gguf",
                "https:///a.gguf",
                "https://exa mple/a.gguf"
            })
    void resolve_otherForms_areRefusedWithoutShowingASecret(String address) {
        String message = assertThrows(ModelStoreException.class, () -> ModelAddress.resolve(address))
                .getMessage();

        assertTrue(!message.contains("secret"), message);
    }

    @Test
    void redirect_httpsToAllowedHosts_isFollowed() {
        URI from = URI.create("https://huggingface.co/a/file.gguf");

        assertEquals(
                "cdn.hf.co",
                ModelAddress.redirect(from, "https://cdn.hf.co/x", Set.of("hf.co"))
                        .getHost());
        assertEquals(
                "huggingface.co", ModelAddress.redirect(from, "/b", Set.of()).getHost());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://huggingface.co/x",
                "https://evilhf.co/x",
                "https://hf.co.evil.com/x",
                "http://127.0.0.1/x",
                "file:/etc/passwd",
                "//evil.com/x"
            })
    void redirect_elsewhere_isRefused(String location) {
        URI from = URI.create("https://huggingface.co/a/file.gguf");

        assertEquals(
                "models.redirect",
                assertThrows(ModelStoreException.class, () -> ModelAddress.redirect(from, location, Set.of("hf.co")))
                        .code());
    }
}
