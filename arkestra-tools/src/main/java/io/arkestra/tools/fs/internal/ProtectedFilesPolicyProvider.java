package io.arkestra.tools.fs.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.PolicyProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import io.arkestra.tool.Target;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Denies calls of any tool that would reach what the deny list names, above every rule that allows: so it is decided, explained and on record
 * before a tool is asked. The list is the shipped one, what the host added to it for the file tools or here, and the engine's own directory
 * but for projects and what providers of tools keep in it. The file tools refuse all that by themselves as well, and the whole of that directory.
 */
public final class ProtectedFilesPolicyProvider implements PolicyProvider {
    /** Made by the service loader. */
    public ProtectedFilesPolicyProvider() {}

    @Override
    public String id() {
        return "protected-files";
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(
                        SettingKey.optional(
                                "deny",
                                SettingKey.Type.LIST,
                                "none",
                                "what no tool reaches besides the shipped list and that of the provider files: names with * and ?, / between them"))
                .with(SettingKey.optional(
                        "except",
                        SettingKey.Type.LIST,
                        "that of the provider files",
                        "names that id_* and .env* of the shipped list mean and that hold no keys"));
    }

    @Override
    public Policy open(ProviderContext context) {
        return new ProtectedFiles(
                DenyList.with(
                        context.settings().strings("deny").orElse(List.of()),
                        context.settings().strings("except").orElse(List.of()),
                        List.of(),
                        FilesSettings.reached(context.protectedFiles())),
                OwnDirectory.of(context));
    }

    private record ProtectedFiles(DenyList list, OwnDirectory own) implements Policy {
        @Override
        public Decision decide(Action action, Scope scope) {
            for (Target target : action.targets()) {
                Optional<String> rule = target.kind().equals(Target.PATH) ? rule(target) : Optional.empty();
                if (rule.isPresent()) {
                    return Decision.deny(
                            "files.protected",
                            "'" + target.value() + "' is protected (" + rule.get() + ") and cannot be "
                                    + (target.changes() ? "changed" : "read") + " by any tool");
                }
            }
            return Decision.abstain();
        }

        private Optional<String> rule(Target target) {
            try {
                Path path = Path.of(target.value());
                return own.holds(path, target.changes())
                        ? Optional.of("Arkestra's own files")
                        : list.denies(path, target.changes());
            } catch (InvalidPathException e) {
                return Optional.of("it is no path on this system");
            }
        }
    }
}
