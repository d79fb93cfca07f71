package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.llm.gateway.internal.GatewayServices;
import io.arkestra.spi.internal.ResourceStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The language models of an engine's roles, each behind a gateway. Whoever works with them borrows them, so that what was replaced is
 * closed only when nobody uses it any more. Thread-safe.
 */
final class RoleModels implements Models, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RoleModels.class);

    private final Opening opening;
    private final LlmClient offline;
    private final GatewayServices services;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Role, Staff> current = new EnumMap<>(Role.class);
    /** Those in use and those that were replaced while somebody worked with them. */
    private final Set<Staff> unclosed = new HashSet<>();

    private boolean closed;

    RoleModels(Opening opening, LlmClient offline, GatewayServices services) {
        this.opening = opening;
        this.offline = offline;
        this.services = services;
    }

    /** The models that one choice gave a role, and how many work with them. */
    private static final class Staff {
        private final LlmClient client;
        private final List<Llm> chosen;
        private final List<Gateway.Entry> entries;
        private final List<String> description;
        private final ResourceStack resources;
        private int borrowers;

        Staff(
                LlmClient client,
                List<Llm> chosen,
                List<Gateway.Entry> entries,
                List<String> description,
                ResourceStack resources) {
            this.client = client;
            this.chosen = chosen;
            this.entries = entries;
            this.description = description;
            this.resources = resources;
        }
    }

    /** Both roles as they are now, kept open until this is closed. Closed once. */
    final class Lease implements AutoCloseable {
        private final Staff juniors;
        private final Staff seniors;

        private Lease(Staff juniors, Staff seniors) {
            this.juniors = juniors;
            this.seniors = seniors;
        }

        LlmClient junior() {
            return juniors.client;
        }

        LlmClient senior() {
            return seniors.client;
        }

        @Override
        public void close() {
            giveBack(juniors);
            giveBack(seniors);
        }
    }

    /** The models for some work, whatever is chosen meanwhile. After the end of the engine they are closed, and calls of them fail. */
    Lease lease() {
        lock.lock();
        try {
            Staff juniors = Objects.requireNonNull(current.get(Role.JUNIOR));
            Staff seniors = Objects.requireNonNull(current.get(Role.SENIOR));
            juniors.borrowers++;
            seniors.borrowers++;
            return new Lease(juniors, seniors);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Staff staff) {
        lock.lock();
        try {
            staff.borrowers--;
            if (staff.borrowers > 0 || current.containsValue(staff) || !unclosed.remove(staff)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dismiss(staff);
    }

    private static void dismiss(Staff staff) {
        try {
            staff.resources.close();
        } catch (RuntimeException e) {
            log.warn("A language model that is no longer used was not closed properly", e);
        }
    }

    /** The first choice of a role, which nobody asks how it is: a model may come up later. */
    void begin(Role role, List<Llm> models) {
        install(role, opened(role, models));
    }

    @Override
    public void use(Role role, Llm... models) {
        Objects.requireNonNull(role, "role");
        if (models.length == 0) {
            throw new ConfigException("the role '" + word(role) + "' needs at least one language model");
        }
        Staff staff = opened(role, List.of(models));
        try {
            staff.entries.forEach(entry -> usable(role, entry));
        } catch (RuntimeException | Error e) {
            dismiss(staff);
            throw e;
        }
        install(role, staff);
        log.info("The {} is now {}", word(role), staff.chosen);
    }

    private Staff opened(Role role, List<Llm> models) {
        ResourceStack resources = new ResourceStack();
        List<String> description = new ArrayList<>();
        try {
            List<Gateway.Entry> entries = opening.models(word(role), models, offline, resources, description);
            // The rules alone stay as they are: they are no language model and need no gateway.
            boolean rulesAlone = entries.size() == 1 && entries.get(0).client() == offline;
            LlmClient client = rulesAlone ? offline : new Gateway(word(role), entries, services);
            return new Staff(client, List.copyOf(models), entries, List.copyOf(description), resources);
        } catch (RuntimeException | Error e) {
            try {
                resources.close();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void usable(Role role, Gateway.Entry entry) {
        String stays = "; the " + word(role) + " stays as it was";
        if (!entry.client().capabilities().local() && !services.egress().isOpen()) {
            throw new LlmException(
                    LlmException.Reason.DENIED,
                    "the model '" + entry.settings().name()
                            + "' is not on this machine, and nothing may leave it (llm.egress)" + stays);
        }
        LlmHealth health = health(entry.client());
        if (health.status() == LlmHealth.Status.DOWN) {
            throw new LlmException(
                    LlmException.Reason.UNAVAILABLE,
                    "the model '" + entry.settings().name() + "' cannot be used: " + health.detail() + stays);
        }
    }

    private void install(Role role, Staff staff) {
        Staff before = null;
        boolean late;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                unclosed.add(staff);
                before = current.put(role, staff);
                if (before != null && (before.borrowers > 0 || !unclosed.remove(before))) {
                    before = null;
                }
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            dismiss(staff);
            throw new ArkestraException("engine.closed", "The engine is closed; build another one", null);
        }
        if (before != null) {
            dismiss(before);
        }
    }

    @Override
    public List<Info> of(Role role) {
        Staff staff = now(role);
        List<Info> infos = new ArrayList<>();
        for (int i = 0; i < staff.entries.size(); i++) {
            Optional<Duration> firstToken =
                    staff.client instanceof Gateway gateway ? gateway.firstToken(i) : Optional.empty();
            infos.add(info(staff.chosen.get(i), staff.entries.get(i), firstToken));
        }
        return List.copyOf(infos);
    }

    private static Info info(Llm llm, Gateway.Entry entry, Optional<Duration> firstToken) {
        LlmHealth health = health(entry.client());
        Optional<LlmCapabilities> able = capabilities(entry.client());
        boolean local = able.map(LlmCapabilities::local).orElse(false);
        return new Info(
                llm.provider(),
                health.model().isEmpty() ? entry.settings().model() : health.model(),
                local,
                host(entry.client(), local),
                able.map(LlmCapabilities::contextTokens).orElse(0),
                entry.settings().tier(),
                health,
                firstToken);
    }

    private static String host(LlmClient client, boolean local) {
        return client.host().isEmpty() && local ? "this machine" : client.host();
    }

    private static LlmHealth health(LlmClient client) {
        try {
            return client.probe();
        } catch (RuntimeException e) {
            return LlmHealth.down("its client does not say how it is: " + e);
        }
    }

    private static Optional<LlmCapabilities> capabilities(LlmClient client) {
        try {
            return Optional.of(client.capabilities());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Lines for people about what is used in a role and why. */
    List<String> describe(Role role) {
        return now(role).description;
    }

    private Staff now(Role role) {
        lock.lock();
        try {
            return Objects.requireNonNull(current.get(role));
        } finally {
            lock.unlock();
        }
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** Closes all models, also those that somebody still works with: their calls end as cancelled. */
    @Override
    public void close() {
        List<Staff> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(unclosed);
            unclosed.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(RoleModels::dismiss);
    }
}
