package io.arkestra;

import io.arkestra.audit.AuditReport;
import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.Budget;
import io.arkestra.common.ConfigException;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.guard.EntityRecognizer;
import io.arkestra.guard.Guard;
import io.arkestra.store.KeyRing;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assembles an {@link Arkestra}. What is set here beats system properties and environment variables ({@code arkestra.*}), which beat
 * {@code arkestra.yaml} in the home directory. Not thread-safe.
 */
public final class ArkestraBuilder {
    final ToolsConfig tools = new ToolsConfig();
    final PolicyConfig policy = new PolicyConfig();
    final AuditConfig audit = new AuditConfig();
    final MemoryConfig memory = new MemoryConfig();
    final List<Consumer<? super ArkestraEvent>> listeners = new ArrayList<>();
    final Set<String> excluded = new LinkedHashSet<>();

    @Nullable
    Path home;

    List<Llm> junior = List.of();
    List<Llm> senior = List.of();

    @Nullable
    Boolean llmEgress;

    @Nullable
    Double escalateBelow;

    Duration closeWait = Duration.ofSeconds(10);

    @Nullable
    String store;

    @Nullable
    KeyRing encryption;

    @Nullable
    String keywordIndex;

    @Nullable
    Budget budget;

    @Nullable
    Clock clock;

    @Nullable
    ZoneId zone;

    @Nullable
    Guard guard;

    @Nullable
    EntityRecognizer entityRecognizer;

    @Nullable
    ClassLoader classLoader;

    @Nullable
    String assistantName;

    @Nullable
    Path persona;

    Onboarding.@Nullable Mode onboarding;

    @Nullable
    Integer messageLimit;

    ArkestraBuilder() {}

    /** Keeps everything in this directory, which is made when it is not there. Without it nothing outlives the engine. */
    public ArkestraBuilder home(Path directory) {
        home = Objects.requireNonNull(directory, "directory");
        return this;
    }

    /**
     * The small model that decides what a message is about. Rules do when none is named.
     *
     * @param others what is asked when the first cannot answer or does not keep the form, better models last
     */
    public ArkestraBuilder junior(Llm first, Llm... others) {
        junior = list(first, others);
        return this;
    }

    /**
     * The model that answers. Rules do when none is named.
     *
     * @param others what is asked when the first cannot answer or does not keep the form, better models last
     */
    public ArkestraBuilder senior(Llm first, Llm... others) {
        senior = list(first, others);
        return this;
    }

    private static List<Llm> list(Llm first, Llm... others) {
        List<Llm> all = new ArrayList<>();
        all.add(Objects.requireNonNull(first, "first"));
        all.addAll(List.of(others));
        return List.copyOf(all);
    }

    /**
     * Whether prompts may go to models that are not on this machine; they may not unless this or the configuration says so. What
     * leaves is masked by the guard, and policies may still forbid it: they are asked about the action {@code llm.egress}.
     */
    public ArkestraBuilder llmEgress(boolean allowed) {
        llmEgress = allowed;
        return this;
    }

    /**
     * A turn asks a better model of the senior, where there is one, when the junior is less sure of what is wanted than this.
     *
     * @param confidence 0 for never, to 1; 0.35 unless this or the configuration says so
     */
    public ArkestraBuilder escalateBelow(double confidence) {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new ConfigException("llm.escalateBelow is " + confidence + "; expected 0 to 1");
        }
        escalateBelow = confidence;
        return this;
    }

    /**
     * How long turns that run may go on after {@link Arkestra#close()} was called, before they are cancelled.
     *
     * @param limit zero cancels them at once; 10 seconds unless set
     */
    public ArkestraBuilder closeWait(Duration limit) {
        if (limit.isNegative() || limit.compareTo(Duration.ofDays(1)) > 0) {
            throw new ConfigException("closeWait is " + limit + "; expected zero to a day");
        }
        closeWait = limit;
        return this;
    }

    /** Names the document store provider, when several are on the class path. */
    public ArkestraBuilder store(String providerId) {
        store = Objects.requireNonNull(providerId, "providerId");
        return this;
    }

    /**
     * Encrypts what documents say (AES-256-GCM) under a key per user, which is wrapped by a key of the ring and destroyed when the
     * user is forgotten. Readable stay ids, times, what documents are found by, the keyword index and vectors. A home that was not
     * encrypted is encrypted when it is opened; one that is cannot be opened without the ring any more.
     */
    public ArkestraBuilder encryption(KeyRing ring) {
        encryption = Objects.requireNonNull(ring, "ring");
        return this;
    }

    /** Names the keyword index provider, when several are on the class path. */
    public ArkestraBuilder keywordIndex(String providerId) {
        keywordIndex = Objects.requireNonNull(providerId, "providerId");
        return this;
    }

    public ArkestraBuilder tools(Consumer<ToolsConfig> choices) {
        choices.accept(tools);
        return this;
    }

    public ArkestraBuilder policy(Consumer<PolicyConfig> choices) {
        choices.accept(policy);
        return this;
    }

    public ArkestraBuilder audit(Consumer<AuditConfig> choices) {
        choices.accept(audit);
        return this;
    }

    public ArkestraBuilder memory(Consumer<MemoryConfig> choices) {
        choices.accept(memory);
        return this;
    }

    /** Limits of every turn; unless set: 64 tool calls and 32 model calls. */
    public ArkestraBuilder budget(Budget limits) {
        budget = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** Hears every event, on a thread of its own; when it is too slow, the oldest events are lost to it. */
    public ArkestraBuilder listener(Consumer<? super ArkestraEvent> listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** The engine's clock; the system's unless set. */
    public ArkestraBuilder clock(Clock value) {
        clock = Objects.requireNonNull(value, "value");
        return this;
    }

    /** The zone of users who named none; the clock's unless set. */
    public ArkestraBuilder zone(ZoneId value) {
        zone = Objects.requireNonNull(value, "value");
        return this;
    }

    /** Finds names of people and places for the built-in guard, which does not look for them by itself. Closed with the engine. */
    public ArkestraBuilder entityRecognizer(EntityRecognizer value) {
        entityRecognizer = Objects.requireNonNull(value, "value");
        return this;
    }

    /** Replaces the built-in guard. */
    public ArkestraBuilder guard(Guard value) {
        guard = Objects.requireNonNull(value, "value");
        return this;
    }

    /** Leaves providers out by id or class name. */
    public ArkestraBuilder exclude(String... providers) {
        excluded.addAll(List.of(providers));
        return this;
    }

    /** Where to look for providers; the thread's context loader unless set. */
    public ArkestraBuilder classLoader(ClassLoader loader) {
        classLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** The assistant's name; Arkestra unless set. */
    public ArkestraBuilder assistantName(String name) {
        if (name.isBlank() || name.length() > 100) {
            throw new ConfigException("assistantName has " + name.strip().length() + " characters; expected 1 to 100");
        }
        assistantName = name.strip();
        return this;
    }

    /**
     * Who the assistant is: a {@code persona.yaml}, or a directory that holds one, in place of the shipped one. A relative path is one in
     * the home. What the file leaves out is as shipped.
     */
    public ArkestraBuilder persona(Path file) {
        persona = Objects.requireNonNull(file, "file");
        return this;
    }

    /** Whether a chat begins with getting to know the user; {@link Onboarding.Mode#OFF} unless set. */
    public ArkestraBuilder onboarding(Onboarding.Mode mode) {
        onboarding = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /** The longest message that is accepted, in bytes of UTF-8; 65,536 unless set. */
    public ArkestraBuilder messageLimit(int bytes) {
        if (bytes < 1) {
            throw new ConfigException("messageLimit is " + bytes + "; expected 1 or more");
        }
        messageLimit = bytes;
        return this;
    }

    /**
     * Opens everything. When something cannot be opened, what was opened before is closed again and nothing was changed.
     *
     * @throws ConfigException when a choice or the configuration file is wrong
     * @throws io.arkestra.spi.ProviderException when a provider is missing, ambiguous or fails
     * @throws io.arkestra.store.StoreException when the home cannot be used
     */
    public Arkestra build() {
        return Assembly.build(this);
    }

    /**
     * Verifies the audit of the home directory, and whether it is as long as the documents know that it was. Those can only be asked
     * while nobody has the home open; where they cannot be, a remark says so. Changes nothing but the lock file of the documents
     * ({@code arkestra.lock}), which it holds meanwhile. A home that is encrypted needs its {@link #encryption} for that.
     *
     * @throws ConfigException when there is no home or no audit in it, or its public key or the configuration file cannot be read
     * @throws io.arkestra.store.StoreException when the documents are damaged, cut short or those of another home: an engine does not open
     *     them then either
     */
    public AuditReport verifyAudit() {
        if (home == null) {
            throw new ConfigException("Only an audit in a home directory can be verified; name it by home(...)");
        }
        return AuditLog.verify(
                home,
                audit.key == null ? null : audit.key.getPublic(),
                (collection, owner, id) -> Assembly.look(this, collection, owner, id));
    }

    /**
     * Fills the home directory, which must hold no documents yet, from a file that {@link Arkestra#backup} wrote. Opens nothing;
     * {@link #build()} does.
     *
     * @throws io.arkestra.store.StoreException when the file is not a whole backup or the home already holds a store
     */
    public void restore(Path backup) {
        Assembly.restore(this, backup);
    }
}
