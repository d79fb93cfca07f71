package io.arkestra.persona.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.text.internal.Language;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The templates of all prompts in all languages: the part {@code prompts} of a persona file. Immutable. */
public final class PromptTexts {
    /** The languages that prompts are written in. */
    static final List<String> LANGUAGES = List.of("en", "ru");

    /** What a prompt is for. */
    enum Kind {
        /** Rules of the model that sorts messages. */
        JUNIOR(Set.of("assistant", "intents"), Set.of("intents")),
        /** Rules of the model that answers. */
        SENIOR(Set.of("assistant", "tools"), Set.of("tools")),
        /** What the model that answers is told after tools ran or the critic found something. */
        REFINEMENT(Set.of("assistant"), Set.of()),
        /** Rules of the model that judges an answer. */
        CRITIC(Set.of("assistant"), Set.of());

        private final Set<String> allowed;
        private final Set<String> needed;

        Kind(Set<String> allowed, Set<String> needed) {
            this.allowed = allowed;
            this.needed = needed;
        }

        private String pointer() {
            return "/prompts/" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final String version;
    private final Map<Kind, Map<String, PromptTemplate>> templates;

    private PromptTexts(String version, Map<Kind, Map<String, PromptTemplate>> templates) {
        this.version = version;
        this.templates = templates;
    }

    /**
     * The templates of a persona; the prompts that a host's file does not name are the shipped ones.
     *
     * @throws ConfigException telling every template or placeholder that is wrong or missing, with its place
     */
    public static PromptTexts of(PersonaFile file) {
        PersonaFile shipped = PersonaFile.shipped();
        Map<Kind, Map<String, PromptTemplate>> templates = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            templates.put(kind, read(file.value(kind.pointer()).isPresent() ? file : shipped, kind));
        }
        file.check();
        shipped.check();
        return new PromptTexts(file.version(), templates);
    }

    private static Map<String, PromptTemplate> read(PersonaFile file, Kind kind) {
        Map<String, PromptTemplate> read = new LinkedHashMap<>();
        for (String language : LANGUAGES) {
            String pointer = kind.pointer() + "/" + language;
            if (file.value(pointer).isEmpty()) {
                file.problem(
                        pointer,
                        "'" + kind.pointer().substring(1).replace('/', '.') + "' names no template for '" + language
                                + "'; expected one for each of " + String.join(", ", LANGUAGES));
                continue;
            }
            file.textBeside(pointer).ifPresent(text -> {
                try {
                    read.put(language, PromptTemplate.of(text.name(), text.text(), kind.allowed, kind.needed));
                } catch (ConfigException e) {
                    file.problem(pointer, String.valueOf(e.getMessage()));
                }
            });
        }
        return read;
    }

    /** The version of the persona that they belong to. */
    public String version() {
        return version;
    }

    /** The text of a prompt in a language. */
    String render(Kind kind, Locale language, Map<String, String> values) {
        PromptTemplate template =
                templates.getOrDefault(kind, Map.of()).get(Language.isRussian(language) ? "ru" : "en");
        if (template == null) {
            throw new IllegalStateException("Every prompt has a template in every language");
        }
        return template.render(values);
    }
}
