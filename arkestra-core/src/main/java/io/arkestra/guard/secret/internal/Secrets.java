package io.arkestra.guard.secret.internal;

import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;
import java.util.function.ToIntFunction;

/** All recognisers of secrets. */
public final class Secrets {

    /** What opens an armoured key. */
    public static final String KEY_MARKER = "-----begin";

    private Secrets() {}

    /** @param number gives a keyword that is to be searched for its number */
    public static List<Recogniser> recognisers(ToIntFunction<String> number) {
        return List.of(new VendorPrefixes(), new FileRules(number), new AssignmentRule(number));
    }
}
