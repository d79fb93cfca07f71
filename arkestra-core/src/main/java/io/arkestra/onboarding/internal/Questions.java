package io.arkestra.onboarding.internal;

import io.arkestra.common.Json;
import io.arkestra.persona.internal.PersonaFile;
import io.arkestra.text.internal.Language;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The part {@code onboarding} of a persona file: which questions are asked, in which order and words. Immutable. */
final class Questions {
    private final Map<Step, Json> texts;

    private Questions(Map<Step, Json> texts) {
        this.texts = texts;
    }

    /** Those of the file, which has been checked against its schema; those that ship when it has none. */
    static Questions of(PersonaFile file) {
        Json part = file.part("onboarding");
        Map<Step, Json> texts = new LinkedHashMap<>();
        part.members().forEach((key, text) -> texts.put(Step.valueOf(key.toUpperCase(Locale.ROOT)), text));
        return new Questions(texts);
    }

    List<Step> steps() {
        return List.copyOf(texts.keySet());
    }

    String text(Step step, Locale language) {
        return texts.getOrDefault(step, Json.emptyObject()).text(Language.isRussian(language) ? "ru" : "en");
    }
}
