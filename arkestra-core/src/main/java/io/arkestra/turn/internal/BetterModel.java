package io.arkestra.turn.internal;

import io.arkestra.persona.internal.JuniorReport;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a turn asks for a better model from the start, and why.
 *
 * @param belowConfidence a junior that is less sure than this is not trusted with choosing the cheaper model; 0 for never
 */
public record BetterModel(double belowConfidence) {
    /** What holds unless the host says otherwise. */
    public static final double DEFAULT_BELOW = 0.35;

    private static final Pattern WISH = Pattern.compile(
            "\\bthink (harder|again|more carefully|twice)\\b|подумай[\\p{L} ,]{0,12} (получше|лучше|хорошенько|как следует)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** The reason; the host's wish first, then the user's, then the junior's doubt. */
    Optional<String> reason(TurnInput input, JuniorReport junior, boolean juniorIsModel) {
        if (input.wishes().escalation().isPresent()) {
            return input.wishes().escalation();
        }
        if (WISH.matcher(input.message()).find()) {
            return Optional.of("user-wish");
        }
        return juniorIsModel && junior.confidence() < belowConfidence
                ? Optional.of("low-confidence")
                : Optional.empty();
    }
}
