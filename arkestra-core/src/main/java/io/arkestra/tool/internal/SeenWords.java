package io.arkestra.tool.internal;

import io.arkestra.common.CancelledException;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.provenance.internal.TaintMarks;
import io.arkestra.provenance.internal.UntrustedResult;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolResult;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Notes down where the words came from that the model will see of a call. */
final class SeenWords {
    private final CallServices services;
    private final ToolRegistry.Entry entry;
    private final ToolRunner.Place place;
    /** Whether the call, as it was judged last, reads what nobody had named. */
    private volatile boolean strays;

    SeenWords(CallServices services, ToolRegistry.Entry entry, ToolRunner.Place place) {
        this.services = services;
        this.entry = entry;
        this.place = place;
    }

    /** A call that is to be judged, with what is known of where its values come from. */
    Action observed(Action action) {
        Provenance.Observed observed = services.provenance().observed(action, place);
        strays = observed.strays();
        return observed.action();
    }

    /** The model will see what a call gave. */
    private void saw(ToolResult result) {
        if (strays) {
            services.provenance().strayed(place);
        }
        services.provenance().saw(place, entry.spec(), result);
    }

    /**
     * A result with what is known of where its words came from.
     *
     * @throws RuntimeException when that cannot be found out or noted down; nobody may see it then
     */
    ToolResult of(ToolResult given, List<Target> targets, Instant begin) {
        Set<Taint> written = services.records()
                .marks()
                .of(place.scope().user(), given.shown().orElse(targets), begin);
        ToolResult result =
                UntrustedResult.of(entry.spec(), entry.trust(), given.tainted(written.toArray(Taint[]::new)));
        saw(result);
        return result;
    }

    /** What a failure may quote. The tool's own error is told also when that cannot be found out, and then counts as a stranger's. */
    ToolResult ofFailure(RuntimeException failure, List<Target> targets, Instant begin) {
        ToolResult nothing = ToolResult.text("");
        try {
            return of(nothing, targets, begin);
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            ToolResult unknown = unknown(nothing);
            saw(unknown);
            return unknown;
        }
    }

    /** The same, when nobody can tell whether a file that it is from is marked. */
    ToolResult unknown(ToolResult given) {
        return UntrustedResult.of(entry.spec(), entry.trust(), given.tainted(Taint.of(TaintMarks.KIND, "")));
    }
}
