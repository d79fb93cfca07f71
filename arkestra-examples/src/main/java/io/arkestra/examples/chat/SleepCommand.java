package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.SleepReport;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.SleepOutcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does the nightly work now and tells what it did. */
final class SleepCommand {
    private static final int FIRST_FEW = 5;
    private static final int QUOTE = 80;
    private static final Map<String, String> DONE =
            Map.of("facts", "learned", "summaries", "summed up", "expired", "forgotten", "damaged", "left out");

    private final Arkestra arkestra;
    private final Scope scope;
    private final Consumer<String> progress;
    private @Nullable SleepReport last;

    /** @param progress hears how far it has got */
    SleepCommand(Arkestra arkestra, Scope scope, Consumer<String> progress) {
        this.arkestra = arkestra;
        this.scope = scope;
        this.progress = progress;
    }

    CommandReply run(String command, String argument) {
        boolean details = argument.equals("details");
        if (!argument.isEmpty() && !details) {
            return CommandReply.failed(
                    command, "command.superfluous", "/sleep stands alone; /sleep details lists what the last one did");
        }
        SleepReport report = details ? last : null;
        if (report == null) {
            report = sleep();
        }
        return new CommandReply(command, described(report, details), json(report));
    }

    private SleepReport sleep() {
        try (Subscription watching =
                arkestra.events().subscribe(Set.of(Topic.MEMORY), Delivery.sync(), this::progress)) {
            SleepReport report = arkestra.sleep();
            last = report;
            return report;
        }
    }

    private String described(SleepReport report, boolean details) {
        StringBuilder text = new StringBuilder(report.toString());
        List<SleepOutcome.Entry> entries = report.memory().entries();
        int shown = details ? entries.size() : Math.min(FIRST_FEW, entries.size());
        entries.subList(0, shown).forEach(entry -> text.append("\n  ").append(line(entry)));
        if (shown < entries.size()) {
            text.append("\n  … and ").append(entries.size() - shown).append(" more: /sleep details");
        }
        return text.toString();
    }

    private String line(SleepOutcome.Entry entry) {
        String words = arkestra.memory()
                .find(scope, entry.id())
                .map(MemoryRecord::text)
                .map(text ->
                        arkestra.guard().inspect(text, GuardContext.toOwner()).text())
                .map(text -> ": " + Printable.line(text, QUOTE))
                .orElse("");
        return DONE.getOrDefault(entry.action(), entry.action()) + " [" + entry.id() + "] "
                + (entry.reason().isEmpty() ? "" : "(" + entry.reason() + ")") + words;
    }

    private static Json json(SleepReport report) {
        Json.ObjectBuilder counts = Json.object();
        report.memory().counts().forEach(counts::put);
        return Json.object()
                .put("expired", report.expired())
                .put("bytesBefore", report.bytesBefore())
                .put("bytesAfter", report.bytesAfter())
                .put("tookMillis", report.took().toMillis())
                .put("complete", report.memory().complete())
                .put("counts", counts.build())
                .put(
                        "entries",
                        Json.array(report.memory().entries().stream()
                                .map(entry -> Json.object()
                                        .put("action", entry.action())
                                        .put("id", entry.id())
                                        .put("reason", entry.reason())
                                        .build())
                                .toList()))
                .build();
    }

    private void progress(ArkestraEvent event) {
        if (event instanceof Events.SleepProgressed step) {
            progress.accept("sleep " + step.done() + "/" + step.total() + " " + step.step()
                    + (step.changed() == 0 ? "" : ": " + step.changed() + " changed"));
        }
    }
}
