package io.arkestra.tools.project.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which paths of a project are left out: the last line that is about a path decides, as with git. Immutable. */
final class IgnoreRules {
    /** What nobody wants to find, unless a line of the project takes it out again ({@code !vendor/}). */
    private static final List<String> DEFAULTS = List.of(
            "node_modules/",
            "bower_components/",
            "vendor/",
            "third_party/",
            "target/",
            "build/",
            "dist/",
            "out/",
            "bin/",
            "obj/",
            ".gradle/",
            ".idea/",
            ".vscode/",
            ".venv/",
            "venv/",
            "__pycache__/",
            ".tox/",
            ".mypy_cache/",
            ".next/",
            ".nuxt/",
            ".cache/",
            "coverage/",
            ".terraform/",
            "*.min.js",
            "*.min.css",
            "*.map",
            "*.lock",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "go.sum",
            "*.pb.go",
            "*_pb2.py",
            "*.g.dart",
            "*.generated.*",
            "*.class",
            "*.jar",
            "*.pyc",
            "*.o",
            "*.so",
            "*.dll",
            "*.exe",
            "*.zip",
            "*.gz",
            "*.png",
            "*.jpg",
            "*.jpeg",
            "*.gif",
            "*.ico",
            "*.pdf",
            "*.woff",
            "*.woff2",
            "*.ttf",
            "*.onnx",
            "*.gguf",
            "*.bin",
            "*.log");

    /** What is never read, whatever a project says: its own files could be written by somebody who wants it to be found. */
    private static final List<String> NEVER = List.of(
            ".git",
            ".ssh",
            ".gnupg",
            ".aws",
            ".kube",
            ".netrc",
            ".env*",
            "*.pem",
            "*.key",
            "*.p12",
            "*.pfx",
            "*.jks",
            "id_rsa*",
            "id_dsa*",
            "id_ecdsa*",
            "id_ed25519*",
            ".arkestra");

    private static final List<IgnoreRule> FORBIDDEN = rules("", NEVER);

    private final List<IgnoreRule> rules;

    private IgnoreRules(List<IgnoreRule> rules) {
        this.rules = rules;
    }

    /** Nothing but what git itself never lists. */
    static IgnoreRules none() {
        return new IgnoreRules(List.of());
    }

    /** What is left out of every project. */
    static IgnoreRules standard() {
        return new IgnoreRules(rules("", DEFAULTS));
    }

    /** The same and the lines of a file, which count for more. */
    IgnoreRules with(String base, String file) {
        List<IgnoreRule> more = new ArrayList<>(rules);
        more.addAll(rules(base, file.lines().toList()));
        return new IgnoreRules(List.copyOf(more));
    }

    private static List<IgnoreRule> rules(String base, List<String> lines) {
        return lines.stream()
                .map(line -> IgnoreRule.parse(base, line))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether a path is left out whose directory is not. */
    boolean ignores(String path, boolean directory) {
        for (IgnoreRule never : FORBIDDEN) {
            if (never.fits(path, directory)) {
                return true;
            }
        }
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).fits(path, directory)) {
                return rules.get(i).ignored();
            }
        }
        return false;
    }
}
