package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenyListTest {
    private static final DenyList DENY = DenyList.with(
            List.of("private/plan.txt", "draft?.md"), List.of(), List.of(Path.of("/data/home")), List.of());

    @ParameterizedTest
    @CsvSource({
        "/.ssh, .ssh",
        "/a/.ssh, .ssh",
        "/a/.SSH/id.pub, .ssh",
        "/a/x.ssh,",
        "/a/.sshd/x,",
        "/a/.config/gcloud/x, .config/gcloud",
        "/a/.config/other/gcloud,",
        "/a/config/gcloud,",
        "/a/private/plan.txt, private/plan.txt",
        "/a/private/plan.txt/x, private/plan.txt",
        "/a/my-private/plan.txt,",
        "/a/private/plan.txt2,",
        "/a/draft1.md, draft?.md",
        "/a/draft12.md,",
        "/a/key.pem/x, *.pem",
        "/a/key.pem.txt,",
        "/data/home/x, 'Arkestra''s own files'",
        "/data/homes/x,",
    })
    void denies_path_isMeantByWholeNamesOnly(String path, String rule) {
        assertEquals(Optional.ofNullable(rule), DENY.denies(Path.of(path), false));
    }

    @ParameterizedTest
    @CsvSource({"/a/.git/HEAD, .git", "/a/.gitignore,", "/a/.gitmodules, .gitmodules"})
    void denies_whatGitBelieves_mayBeReadNotChanged(String path, String rule) {
        assertEquals(Optional.empty(), DENY.denies(Path.of(path), false));
        assertEquals(Optional.ofNullable(rule), DENY.denies(Path.of(path), true));
    }
}
