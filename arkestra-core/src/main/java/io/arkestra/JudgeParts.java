package io.arkestra;

import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.UserId;
import io.arkestra.config.internal.Configuration;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.ActionFacts;
import io.arkestra.policy.internal.CallHistory;
import io.arkestra.policy.internal.EgressPolicy;
import io.arkestra.policy.internal.ForeignToolPolicy;
import io.arkestra.policy.internal.GatePolicy;
import io.arkestra.policy.internal.NamedToolsPolicy;
import io.arkestra.policy.internal.NetworkSwitchPolicy;
import io.arkestra.policy.internal.ProtectedFilesPolicy;
import io.arkestra.policy.rules.internal.Layer;
import io.arkestra.policy.rules.internal.LayeredPolicy;
import io.arkestra.policy.rules.internal.OwnRules;
import io.arkestra.policy.rules.internal.RuleBook;
import io.arkestra.policy.rules.internal.RuleFile;
import io.arkestra.store.DocStore;
import io.arkestra.tool.Platform;
import io.arkestra.tool.internal.CallRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What decides about actions.
 *
 * @param policy everything that has a say
 * @param rules the rules among it
 * @param facts what decisions depend on besides the action
 * @param gates what is asked because of where words came from
 */
record JudgeParts(LayeredPolicy policy, RuleBook rules, ActionFacts facts, Set<Gate> gates) {
    /** Name of the host's file of rules in the home. */
    static final String FILE = "policy.yaml";

    /** @throws ConfigException when a file of rules cannot be used */
    static JudgeParts open(
            PolicyConfig choices,
            Configuration configuration,
            @Nullable Path home,
            List<Policy> found,
            Set<String> builtIn,
            boolean egress,
            DocStore store,
            EngineEventBus bus,
            AuditLog audit,
            Clock clock) {
        Set<Gate> gates = choices.gates().or(configuration::gates).orElse(Gate.standard());
        Set<String> allowed = new HashSet<>(choices.allowed());
        allowed.addAll(configuration.allowedTools());
        Set<String> denied = new HashSet<>(choices.denied());
        denied.addAll(configuration.deniedTools());
        List<Policy> host = new ArrayList<>();
        host.add(new NamedToolsPolicy(builtIn, allowed, denied));
        host.add(new EgressPolicy(egress));
        host.add(new NetworkSwitchPolicy(configuration.toolsNetwork().orElse(true)));
        host.add(new ForeignToolPolicy(Platform.current()));
        host.addAll(choices.policies());
        // Gates only tighten: what no rule allows stays denied, whatever a gate would ask about.
        List<Policy> tightening = new ArrayList<>(found);
        tightening.add(new GatePolicy(gates));
        tightening.add(new ProtectedFilesPolicy(
                protectedFiles(choices, configuration, home), home, openDirectories(choices, home)));
        Map<ProjectId, Path> directories = new HashMap<>();
        Map<ProjectId, RuleFile> projects = new HashMap<>();
        choices.projects().forEach((id, directory) -> {
            directories.put(id, real(id, directory));
            projects.put(id, RuleBook.ofProject(directory));
        });
        RuleBook rules = new RuleBook(
                files(choices, configuration, home), projects, new OwnRules(store), clock, (file, problem) -> {
                    bus.publish(new Events.RulesChanged(
                            bus.nextHeader(), file.path().toString(), problem.isEmpty(), problem));
                    audit.recordSystem(
                            "rules",
                            file.path().toString(),
                            problem.isEmpty() ? "accepted" : "refused",
                            List.of(),
                            Json.object().put("layer", file.layer().word()).build());
                });
        ActionFacts facts = new ActionFacts(
                new CallHistory(store, CallRecords.COLLECTION.name(), clock),
                scope -> scope.project().map(directories::get),
                clock);
        return new JudgeParts(new LayeredPolicy(host, tightening, rules), rules, facts, gates);
    }

    /** The user was forgotten. */
    void forget(UserId user) {
        facts.history().forget(user);
        rules.own().forget(user);
    }

    /** What says what may be done, in files: of rules of every layer, whether they are there yet or not, and of the guard and the persona. */
    static List<Path> protectedFiles(PolicyConfig choices, Configuration configuration, @Nullable Path home) {
        List<Path> files = new ArrayList<>(choices.files());
        hostFile(configuration, home).ifPresent(files::add);
        adminFile(choices, configuration, home).ifPresent(files::add);
        choices.projects().values().forEach(directory -> files.add(directory.resolve(RuleBook.PROJECT_FILE)));
        configuration.guardFile().ifPresent(file -> files.add(inHome(file, home)));
        configuration.personaFile().ifPresent(file -> files.add(inHome(file, home)));
        return List.copyOf(files);
    }

    /** What may lie in the home and is not the engine's own: projects, and what providers of tools keep. */
    static List<Path> openDirectories(PolicyConfig choices, @Nullable Path home) {
        List<Path> open = new ArrayList<>(choices.projects().values());
        if (home != null) {
            open.add(home.resolve("tools"));
        }
        return List.copyOf(open);
    }

    private static Path inHome(Path file, @Nullable Path home) {
        return home == null ? file : home.resolve(file);
    }

    private static Optional<Path> hostFile(Configuration configuration, @Nullable Path home) {
        return configuration
                .policyFile()
                .map(file -> inHome(file, home))
                .or(() -> Optional.ofNullable(home).map(directory -> directory.resolve(FILE)));
    }

    private static Optional<Path> adminFile(PolicyConfig choices, Configuration configuration, @Nullable Path home) {
        return Optional.ofNullable(choices.adminFile())
                .or(() -> configuration.policyAdminFile().map(file -> inHome(file, home)));
    }

    private static List<RuleFile> files(PolicyConfig choices, Configuration configuration, @Nullable Path home) {
        List<RuleFile> files = new ArrayList<>();
        choices.files().forEach(file -> files.add(RuleFile.required(Layer.HOST, file)));
        boolean required = configuration.policyFile().isPresent();
        hostFile(configuration, home)
                .map(file -> required ? RuleFile.required(Layer.HOST, file) : RuleFile.optional(Layer.HOST, file))
                .ifPresent(files::add);
        adminFile(choices, configuration, home).ifPresent(file -> files.add(RuleFile.required(Layer.ADMIN, file)));
        return files;
    }

    private static Path real(ProjectId id, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new ConfigException("The directory " + directory + " of project '" + id + "' is not there");
        }
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new ConfigException("The directory " + directory + " of project '" + id + "' cannot be read", e);
        }
    }
}
