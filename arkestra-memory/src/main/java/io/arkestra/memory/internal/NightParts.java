package io.arkestra.memory.internal;

import io.arkestra.guard.Guard;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.dataset.internal.DataSets;
import io.arkestra.memory.graph.internal.GraphPart;
import io.arkestra.memory.record.internal.MemoryRecords;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.memory.sleep.internal.CloseSessions;
import io.arkestra.memory.sleep.internal.Curator;
import io.arkestra.memory.sleep.internal.NightWork;
import io.arkestra.memory.sleep.internal.PeriodSummaries;
import io.arkestra.memory.sleep.internal.RecordSteps;
import io.arkestra.memory.sleep.internal.RenewGraph;
import io.arkestra.memory.sleep.internal.RenewState;
import io.arkestra.memory.sleep.internal.SleepStep;
import io.arkestra.memory.sleep.internal.Vacuum;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the life of conversations and the nightly work together.
 *
 * @param sessions ends conversations
 * @param work does the nightly work
 * @param dataSets writes data sets of those who consented
 */
record NightParts(SessionLife sessions, NightWork work, DataSets dataSets) {
    static NightParts open(
            ProviderContext context, DocStore store, MemoryRecords records, GraphPart graph, Runnable refresh) {
        Optional<Guard> guard = context.find(Guard.class);
        ZoneId zone = context.clock().getZone();
        WordAnalysis analysis = new WordAnalysis();
        StoredMemories memories = new StoredMemories(records, context::warn);
        SessionLife sessions = new SessionLife(store, memories, records.rules(), analysis, zone, context::warn);
        PeriodSummaries periods = new PeriodSummaries(store, memories, sessions, zone);
        List<SleepStep> steps = new ArrayList<>();
        steps.add(new CloseSessions(store, sessions));
        steps.add(new Curator(store, memories, analysis, guard, context.find(TimePhrases.class), zone, context::warn));
        steps.add(periods.days());
        steps.add(periods.weeks());
        steps.addAll(RecordSteps.of(records.tidying()));
        steps.add(new RenewGraph(graph));
        steps.add(new RenewState(sessions));
        steps.add(new Vacuum(store));
        DataSets dataSets = new DataSets(store, context);
        steps.add(dataSets);
        return new NightParts(sessions, new NightWork(store, steps, refresh), dataSets);
    }
}
