package io.arkestra.provenance.internal;

import io.arkestra.common.Taint;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values that were read out of untrusted words in quarantine: numbers, dates and choices. They give no orders, so a conversation that has seen
 * them is no more to be mistrusted than before; but where a call goes to, they must not decide. So they are marked as words are, by a kind of
 * taint of their own, which goes wherever taints go: into the log, into memory, notes and files.
 */
final class Quarantined {
    /** The kind; the origin says from whose words. */
    static final String KIND = "quarantine";

    private Quarantined() {}

    /** Whether only a value is from there. */
    static boolean isValue(Taint taint) {
        return taint.isA(KIND);
    }

    /** The taint of values out of the words of these sources; also when nobody is known to be mistrusted, for a model read them. */
    static Set<Taint> values(Set<Taint> sources) {
        Set<Taint> values = new TreeSet<>();
        sources.forEach(source -> values.add(isValue(source) ? source : Taint.of(KIND, source.toString())));
        if (values.isEmpty()) {
            values.add(Taint.of(KIND, ""));
        }
        return values;
    }
}
