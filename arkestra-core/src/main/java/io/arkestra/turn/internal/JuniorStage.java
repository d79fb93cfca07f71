package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.schema.internal.SchemaProblem;
import io.arkestra.turn.internal.TurnState.Dispatched;
import io.arkestra.turn.internal.TurnState.Perceived;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/**
 * Decides what a message wants. The junior is asked, and the rules too: where they are certain, because the message is a command or
 * names a date, a model does not overrule them; it still adds tools, style and what to look up. Rules alone decide when the junior does
 * not answer in the form asked for. Used by one thread.
 */
final class JuniorStage {
    /** From here on the rules leave no doubt. */
    private static final double CERTAIN = 0.8;

    private final TurnServices services;
    private final TurnInput input;
    private final ModelCalls models;
    private final Trace trace;

    JuniorStage(TurnServices services, TurnInput input, ModelCalls models, Trace trace) {
        this.services = services;
        this.input = input;
        this.models = models;
        this.trace = trace;
    }

    Dispatched dispatch(Perceived perceived) {
        LlmRequest request = services.persona().prompts().junior(input.message(), perceived.scene());
        JuniorReport rules = JuniorReport.from(
                Json.parse(models.standIn(request, LlmListener.none()).text()));
        JuniorReport report = rules;
        String source = "rules";
        if (services.persona().junior() != services.persona().fallback()) {
            try {
                LlmResponse response = models.generate(services.persona().junior(), request, LlmListener.none());
                JuniorReport model =
                        valid(response.json().orElseGet(() -> Json.parse(object(WellFormed.text(response.text())))));
                report = combined(rules, model);
                source = response.model();
            } catch (CancelledException e) {
                throw e;
            } catch (ArkestraException e) {
                trace.step("dispatch", "the junior failed, rules decide: " + e.getMessage());
            }
        }
        trace.step("dispatch", "intent " + report.intent().word() + " by " + source, report.toJson());
        services.bus()
                .publish(new Events.IntentDecided(
                        services.bus().nextHeader(input.scope().user(), input.id()),
                        report.intent().word(),
                        source,
                        report.toJson()));
        return new Dispatched(perceived, report);
    }

    /** What the rules are certain of stands; what they cannot know is the model's. */
    private JuniorReport combined(JuniorReport rules, JuniorReport model) {
        if (rules.confidence() < CERTAIN) {
            return model.neuroUpdate().isEmpty() ? model.withNeuroUpdate(rules.neuroUpdate()) : model;
        }
        if (model.intent() != rules.intent()) {
            trace.step(
                    "dispatch",
                    "the rules are certain of " + rules.intent().word() + "; the junior said "
                            + model.intent().word());
        }
        return rules.enrichedBy(model);
    }

    private JuniorReport valid(Json json) {
        List<SchemaProblem> problems =
                services.persona().schemas().compile(JuniorReport.SCHEMA).validate(json);
        if (!problems.isEmpty()) {
            throw new InvalidInputException("the report is not in the form asked for: " + problems.get(0));
        }
        JuniorReport report = JuniorReport.from(json);
        if (report.intent() == Intent.HISTORY) {
            try {
                Instant.parse(report.slot("from"));
                Instant.parse(report.slot("to"));
            } catch (DateTimeException e) {
                throw new InvalidInputException("the report names no span of time: " + report.slots(), e);
            }
        }
        return report;
    }

    /** The JSON object in what a model wrote, without the fence or the words that many put around it. */
    private static String object(String text) {
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        return start >= 0 && end > start ? text.substring(start, end + 1) : text.strip();
    }
}
