package io.arkestra.langchain4j;

import java.util.List;
import java.util.regex.Pattern;

/** Takes out of a text what is, or looks like, a credential, and cuts it. */
final class SecretMask {
    private static final int LONGEST = 400;
    private static final String MASK = "***";
    private static final Pattern NAMED = Pattern.compile(
            "((?:bearer|basic|api[-_ ]?key|x-api-key|authorization|access[-_ ]?token|token|secret|password)\\b[\"']?\\s*"
                    + "(?:is|provided)?\\s*[:= ]\\s*[\"']?)(?!\\s|bearer\\b|basic\\b)([A-Za-z0-9._~+/=*-]{8,})",
            Pattern.CASE_INSENSITIVE);
    /** Runs of 20 or more letters and digits, both of them: no name of a model has one, most keys have. */
    private static final Pattern LONG =
            Pattern.compile("(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])(?<![A-Za-z0-9])[A-Za-z0-9]{20,}");

    private static final Pattern PREFIXED = Pattern.compile("\\b(?:sk|pk|gsk|hf|xai|r8)[-_][A-Za-z0-9_*-]{4,}");

    private final List<String> secrets;

    SecretMask(List<String> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        masked = NAMED.matcher(masked).replaceAll("$1" + MASK);
        masked = PREFIXED.matcher(masked).replaceAll(MASK);
        masked = LONG.matcher(masked).replaceAll(MASK);
        return masked.length() <= LONGEST ? masked : masked.substring(0, LONGEST) + "…";
    }
}
