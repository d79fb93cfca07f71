package io.arkestra.examples.chat;

import io.arkestra.ApprovalText;
import io.arkestra.CallPreview;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Source;
import io.arkestra.common.VisibleText;
import io.arkestra.memory.Citation;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.schedule.DueReminder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Text for people: the answer as it comes, then its sources. A reminder waits until the answer that is being written is over. */
final class HumanOutput implements ChatOutput {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final int MOST_SOURCES = 5;
    private static final int QUOTE = 80;
    private static final int STATUS = 70;

    private final Screen screen;
    private final Supplier<ZoneId> zone;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private boolean answering;

    HumanOutput(Screen screen, Supplier<ZoneId> zone) {
        this.screen = screen;
        this.zone = zone;
    }

    @Override
    public void banner(String text) {
        screen.print(Printable.of(text) + "\n");
    }

    @Override
    public void progress(String text) {
        screen.print(screen.dim(Printable.line(text, 200)) + "\n");
    }

    /** Not while words stand on the line: it would be written over them. */
    @Override
    public void working(String text) {
        lock.lock();
        try {
            if (!answering) {
                screen.status(screen.dim(Printable.line(text, STATUS)));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void piece(String text) {
        if (text.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            answering = true;
            screen.print(Printable.of(text));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void turn(Outcome outcome) {
        Reply reply = outcome.reply();
        AnswerLanguage language = AnswerLanguage.of(reply.text());
        StringBuilder end = new StringBuilder();
        lock.lock();
        try {
            if (!answering) {
                end.append(Printable.of(reply.text()));
            }
            if (answering || end.length() > 0) {
                end.append('\n');
            }
            outcome.exhausted()
                    .ifPresent(limit ->
                            end.append(screen.dim(language.stopped(limit))).append('\n'));
            if (outcome.kind() == Outcome.Kind.CANCELLED) {
                end.append(screen.dim(language.cancelled())).append('\n');
            }
            outcome.error()
                    .ifPresent(error -> end.append("Error: ")
                            .append(Printable.of(String.valueOf(error.getMessage())))
                            .append('\n'));
            reply.sources().stream()
                    .limit(MOST_SOURCES)
                    .forEach(source -> end.append(screen.dim("  " + described(source, reply.text())))
                            .append('\n'));
            reply.previews().forEach(preview -> end.append(previewed(preview)));
            if (reply.sources().size() > MOST_SOURCES) {
                end.append(screen.dim(
                                "  " + language.moreSources(reply.sources().size() - MOST_SOURCES)))
                        .append('\n');
            }
            screen.print(end.toString());
            answering = false;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What a rehearsed call would have done. */
    private static String previewed(CallPreview preview) {
        StringBuilder out = new StringBuilder("  would call ")
                .append(preview.tool())
                .append(preview.decision().effect() == Decision.Effect.ASK ? ", after asking you:" : ":")
                .append('\n');
        preview.effects()
                .forEach(effect ->
                        out.append("  * ").append(VisibleText.line(effect)).append('\n'));
        if (!preview.preview().isBlank()) {
            VisibleText.of(preview.preview())
                    .lines()
                    .forEach(line -> out.append("  | ").append(line).append('\n'));
        }
        return out.toString();
    }

    /** Where it comes from; the words only when the answer does not quote them itself. */
    private String described(Source source, String answer) {
        String where = "[" + Printable.line(source.id(), 60) + "] "
                + source.citation()
                        .map(citation -> place(citation, AnswerLanguage.of(answer)))
                        .orElseGet(() -> date(source.at()) + " " + Printable.line(source.speaker(), 40));
        return answer.contains(source.quote()) ? where : where + ": " + Printable.line(source.quote(), QUOTE);
    }

    /** The title with the page, else with the lines; and the heading, if there is one. */
    private static String place(Citation citation, AnswerLanguage language) {
        String place = Printable.line(citation.title(), 80);
        if (citation.page() > 0) {
            place += ", " + language.pages(citation.page(), citation.lastPage());
        } else if (citation.line() > 0) {
            place += ":" + citation.line() + "-" + citation.lastLine();
        }
        return citation.heading().isEmpty() ? place : place + ", " + Printable.line(citation.heading(), 80);
    }

    @Override
    public void refused(String code, String message) {
        notice(message);
    }

    @Override
    public void failed(String code, String message) {
        notice("Error: " + message);
    }

    private void notice(String message) {
        lock.lock();
        try {
            screen.print((answering ? "\n" : "") + Printable.of(message) + "\n");
            answering = false;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remark(String text) {
        lock.lock();
        try {
            screen.print(screen.dim("(" + Printable.of(text) + ")") + "\n");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void approval(ApprovalRequest request) {
        notice(ApprovalText.of(request, zone.get()) + "\ny = yes, n = no, "
                + (request.remember().isPresent() ? "always, " : "") + "later, or edit {\"argument\": ...}");
    }

    @Override
    public void command(CommandReply reply) {
        notice(reply.text());
    }

    @Override
    public boolean reminder(DueReminder due) {
        lock.lock();
        try {
            while (answering) {
                answered.await();
            }
            if (due.id().startsWith(CONTINUED)) {
                screen.printAbove(Printable.of(due.text()) + "\n");
                return !screen.broken();
            }
            screen.printAbove(
                    AnswerLanguage.of(due.text()).reminder() + Printable.of(due.text()) + lateness(due) + "\n");
            return !screen.broken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private String lateness(DueReminder due) {
        boolean late = due.late().compareTo(Duration.ofMinutes(1)) >= 0;
        return late ? screen.dim(AnswerLanguage.of(due.text()).wasDue(date(due.due()))) : "";
    }

    private String date(Instant at) {
        return MINUTE.format(at.atZone(zone.get()));
    }

    @Override
    public boolean broken() {
        return screen.broken();
    }
}
