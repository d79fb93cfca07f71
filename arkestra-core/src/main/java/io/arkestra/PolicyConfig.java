package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may happen besides the built-in tools. Used inside {@link ArkestraBuilder#policy}. */
public final class PolicyConfig {
    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> trusted = new LinkedHashSet<>();
    private final Set<String> denied = new LinkedHashSet<>();
    private final List<Policy> policies = new ArrayList<>();
    private final Map<String, Json> settings = new LinkedHashMap<>();
    private @Nullable Set<Gate> gates;
    private final List<Path> files = new ArrayList<>();
    private final Map<ProjectId, Path> projects = new LinkedHashMap<>();
    private @Nullable Path adminFile;

    @Nullable
    ApprovalHandler approver;

    @Nullable
    Boolean park;

    @Nullable
    Duration approvalWait;

    @Nullable
    Duration approvalExpiry;

    @Nullable
    Duration parkedExpiry;

    PolicyConfig() {}

    /** Allows tools by name. What is found on the class path is still one that nobody vouches for: see {@link #trust}. */
    public PolicyConfig allow(String... tools) {
        allowed.addAll(List.of(tools));
        return this;
    }

    /**
     * Vouches for tools on the class path by name ({@link io.arkestra.policy.Trust#PINNED}): their results count as the host's own words, and
     * their effects are not asked about because nobody knows them. Allows nothing.
     */
    public PolicyConfig trust(String... tools) {
        trusted.addAll(List.of(tools));
        return this;
    }

    /** Denies tools by name, built-in ones too; beats every allowance. */
    public PolicyConfig deny(String... tools) {
        denied.addAll(List.of(tools));
        return this;
    }

    /**
     * Settings of a policy on the class path, for example more protected names for {@code protected-files}. They beat those of the same keys
     * under {@code policy.providers} in {@code arkestra.yaml}.
     *
     * @param provider its id
     * @param settings a JSON object
     */
    public PolicyConfig configure(String provider, Json settings) {
        settings.members(); // Must be an object; says so when it is not.
        this.settings.put(Objects.requireNonNull(provider, "provider"), settings);
        return this;
    }

    Map<String, Json> settings() {
        return settings;
    }

    /** Adds a policy. It composes with the others: deny beats ask beats allow. */
    public PolicyConfig add(Policy policy) {
        policies.add(Objects.requireNonNull(policy, "policy"));
        return this;
    }

    /** The built-in gates that stand, in the place of {@link Gate#standard()}; none switches all of them off. */
    public PolicyConfig gates(Gate... standing) {
        gates = Set.of(standing);
        return this;
    }

    Optional<Set<Gate>> gates() {
        return Optional.ofNullable(gates);
    }

    /**
     * Adds the host's rules of a file, which has to be there. They hold beside those of {@code policy.yaml} in the home; what the file says
     * later holds as soon as it is noticed.
     */
    public PolicyConfig load(Path file) {
        files.add(Objects.requireNonNull(file, "file"));
        return this;
    }

    /** Rules of whoever runs the machine, in a file that has to be there. They only forbid or ask. */
    public PolicyConfig admin(Path file) {
        adminFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * Where a project is. What its sessions touch outside of it is riskier; rules that it brings in {@code .arkestra/policy.yaml} only forbid
     * or ask.
     */
    public PolicyConfig project(ProjectId project, Path directory) {
        projects.put(Objects.requireNonNull(project, "project"), Objects.requireNonNull(directory, "directory"));
        return this;
    }

    List<Path> files() {
        return files;
    }

    @Nullable
    Path adminFile() {
        return adminFile;
    }

    Map<ProjectId, Path> projects() {
        return projects;
    }

    /**
     * Asks people about calls that a policy wants to be asked about. Without one, and without {@link #park()}, such calls are refused.
     *
     * @see Approvers
     */
    public PolicyConfig approver(ApprovalHandler handler) {
        approver = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /** Keeps calls that a person has to agree to until somebody answers them by {@link Arkestra#approvals()}, also in a later process. */
    public PolicyConfig park() {
        park = true;
        return this;
    }

    /** How long a turn waits for an answer before the call is parked: zero to an hour, a minute unless set. */
    public PolicyConfig approvalWait(Duration time) {
        approvalWait = Objects.requireNonNull(time, "time");
        return this;
    }

    /** How long a question holds while a turn waits for the answer: a second to 30 days, five minutes unless set. */
    public PolicyConfig approvalExpiry(Duration time) {
        approvalExpiry = Objects.requireNonNull(time, "time");
        return this;
    }

    /** How long a parked question holds: a second to 30 days, a day unless set. */
    public PolicyConfig parkedExpiry(Duration time) {
        parkedExpiry = Objects.requireNonNull(time, "time");
        return this;
    }

    Set<String> allowed() {
        return allowed;
    }

    Set<String> trusted() {
        return trusted;
    }

    Set<String> denied() {
        return denied;
    }

    List<Policy> policies() {
        return policies;
    }
}
