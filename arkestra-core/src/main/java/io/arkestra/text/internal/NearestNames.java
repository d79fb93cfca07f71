package io.arkestra.text.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody probably meant. Names are compared without regard to case and separators. */
public final class NearestNames {
    private static final int LONGEST = 100;

    private NearestNames() {}

    /** The known names nearest to a wrong one, best first; only those that are near enough to be a slip. */
    public static List<String> of(String wrong, Collection<String> known, int limit) {
        record Candidate(String name, int distance) {}
        String normal = normal(wrong);
        int near = (normal.length() + 2) / 3;
        return known.stream()
                .map(name -> new Candidate(name, distance(normal, normal(name))))
                .filter(candidate -> candidate.distance <= near)
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(limit)
                .map(Candidate::name)
                .toList();
    }

    /** Text such as {@code (did you mean 'sleepAt'?)} with a blank before it, or nothing when no name is near. */
    public static String suggestion(String wrong, Collection<String> known) {
        List<String> near = of(wrong, known, 1);
        return near.isEmpty() ? "" : " (did you mean '" + near.get(0) + "'?)";
    }

    private static String normal(String name) {
        String shown = name.length() <= LONGEST ? name : name.substring(0, LONGEST);
        return shown.toLowerCase(Locale.ROOT).replaceAll("[\\s._-]", "");
    }

    /** Optimal string alignment: insert, delete, replace and swap of neighbours cost one each. */
    public static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        Arrays.setAll(cost[0], j -> j);
        for (int i = 1; i <= a.length(); i++) {
            cost[i][0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
