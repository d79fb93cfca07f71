package io.arkestra.memory.sleep.internal;

import io.arkestra.common.UserId;
import io.arkestra.memory.graph.internal.GraphPart;
import io.arkestra.store.Owner;

/** Brings the user's graph to what the steps before it left. */
public final class RenewGraph implements SleepStep {
    private final GraphPart graph;

    public RenewGraph(GraphPart graph) {
        this.graph = graph;
    }

    @Override
    public String name() {
        return "graph";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        long batches = 0;
        while (graph.step(Owner.of(user))) {
            batches++;
            run.checkpoint();
        }
        return batches;
    }
}
