package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.persona.internal.CriticReport;
import io.arkestra.persona.internal.Scene;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.schema.internal.SchemaProblem;
import io.arkestra.tool.internal.ToolRunner;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges an answer: the junior's model does, or rules where there is none or it does not answer in the form asked for. Used by one
 * thread.
 */
final class Critic {
    /** How much one thing that is missing takes from the quality that rules find. */
    private static final double PER_PROBLEM = 0.4;

    private final TurnServices services;
    private final ModelCalls models;
    private final Trace trace;

    Critic(TurnServices services, ModelCalls models, Trace trace) {
        this.services = services;
        this.models = models;
        this.trace = trace;
    }

    /**
     * @param said what was answered so far
     * @param tools tool calls that were made, in order
     * @param plan the latest plan of the senior
     */
    CriticReport judge(
            Scene scene, String request, String said, List<ToolRunner.Done> tools, List<SeniorReply.PlannedStep> plan) {
        CriticReport report = null;
        String source = "rules";
        if (services.persona().junior() != services.persona().fallback()) {
            List<Json> results = tools.stream().map(ToolRunner.Done::message).toList();
            LlmRequest asked = services.persona().prompts().critic(scene, request, said, results);
            try {
                LlmResponse response = models.generate(services.persona().junior(), asked, LlmListener.none());
                report = valid(response.json().orElseGet(() -> Json.parse(WellFormed.text(response.text()))));
                source = response.model();
            } catch (CancelledException e) {
                throw e;
            } catch (ArkestraException e) {
                trace.step("critic", "the critic failed, rules judge: " + e.getMessage());
            }
        }
        if (report == null) {
            report = byRules(said, tools, plan);
        }
        trace.step(
                "critic",
                "quality " + report.quality() + " by " + source + ", "
                        + report.problems().size() + " problems",
                report.toJson());
        return report;
    }

    private CriticReport valid(Json json) {
        List<SchemaProblem> problems =
                services.persona().schemas().compile(CriticReport.SCHEMA).validate(json);
        if (!problems.isEmpty()) {
            throw new InvalidInputException("the judgement is not in the form asked for: " + problems.get(0));
        }
        return CriticReport.from(json);
    }

    /** What can be seen without understanding: nothing said, a tool that failed, a planned tool that was not called. */
    static CriticReport byRules(String said, List<ToolRunner.Done> tools, List<SeniorReply.PlannedStep> plan) {
        List<String> problems = new ArrayList<>();
        if (said.isBlank()) {
            problems.add("nothing was answered");
        }
        for (ToolRunner.Done done : tools) {
            boolean mended = tools.stream()
                    .anyMatch(other ->
                            other.ok() && other.call().name().equals(done.call().name()));
            if (!done.ok() && !mended) {
                problems.add("'" + done.call().name() + "' did not work: " + done.reason());
            }
        }
        for (SeniorReply.PlannedStep step : plan) {
            boolean called = tools.stream().anyMatch(done -> done.call().name().equals(step.tool()));
            if (!step.tool().isEmpty() && !called) {
                problems.add("planned and not done: " + step.step());
            }
        }
        return new CriticReport(Math.max(0, 1 - PER_PROBLEM * problems.size()), problems);
    }
}
