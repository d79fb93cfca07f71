package io.arkestra.provenance.internal;

import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the description of a tool that nobody vouches for as what it is: words of others in the prompt. Tells what in it speaks to the model
 * instead of describing, hides itself, or promises to work unseen. Words are all that it goes by: a description that lies well passes.
 * Immutable.
 */
public final class DescriptionCheck {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final String UNSEEN = "it promises to work unseen";

    private static final Map<String, Pattern> SIGNS = Map.of(
            "it gives orders to the model",
            Pattern.compile(
                    "\\b(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|earlier|above|other) |(?<!how (?:many|much) \\w{1,20} )\\byou (?:must|should|shall|need to|have to|are required to) "
                            + "|\\b(?:always|first) (?:call|use|run|invoke|read|send)\\b|\\bbefore (?:any|every|each|using|calling)[^.]{0,30}\\b(?:call|tool|use|request)|"
                            + "\\binstead of (?:the |any )?other tool|\\bsystem prompt\\b|<(?:important|system|instructions?)>",
                    FLAGS),
            "it wants something hidden from the user",
            Pattern.compile(
                    "\\b(?:do not|don't|never) (?:tell|inform|mention|notify|alert|ask|show)\\b"
                            + "|\\bwithout (?:the )?(?:user'?s?|human|their|anyone'?s?)[^.]{0,20} ?(?:knowledge|consent|knowing|noticing|approval)",
                    FLAGS),
            UNSEEN,
            Pattern.compile(
                    "\\b(?:discreet(?:ly)?|covert(?:ly)?|stealth(?:y|ily)?|silent(?:ly)?|secretly|in secret|surreptitious(?:ly)?|clandestine(?:ly)?|unnoticed|undetected|untraceable|invisibl[ey])\\b"
                            + "|\\bwithout (?:\\w+ ){0,2}(?:detection|alert(?:s|ing)?|notice|notif\\w+|warning|being (?:detected|noticed)|raising|leaving|attract\\w+|trac\\w+)"
                            + "|\\b(?:avoid|evad|bypass|circumvent|conceal|hid)(?:e|es|ing|ed)? ?(?:\\w+ ){0,3}(?:detection|monitor\\w*|log\\w*|audit\\w*|security|alert\\w*|trac\\w*|activit\\w*|actions?|changes)"
                            + "|\\b(?:remain|stay|kept?)s? (?:concealed|hidden)",
                    FLAGS),
            "it promises to work without leave",
            Pattern.compile(
                    "\\bwithout (?:\\w+ ){0,2}(?:authori[sz]ation|permission|consent|approval)\\b|\\billegally\\b|\\billicitly\\b"
                            + "|\\bappear(?:s|ing)? (?:\\w+ )?(?:legitimate|genuine)\\b|\\bunder the guise of\\b",
                    FLAGS),
            "it names places of secrets",
            Pattern.compile(
                    "~/\\.(?:ssh|aws|gnupg|config)|\\bid_(?:rsa|ed25519)\\b|\\.env\\b|/etc/(?:passwd|shadow)|\\bapi keys? (?:of|from)",
                    FLAGS));

    private DescriptionCheck() {}

    /** A tool that is called so says by its name what others say in words. */
    private static final Pattern UNSEEN_NAME =
            Pattern.compile("\\b(?:covert|stealth|hidden|discreet|undetected|clandestine|invisible)\\b", FLAGS);

    /** What is suspicious in the name and the texts of a tool; empty when nothing is. */
    public static List<String> findings(ToolSpec spec) {
        List<String> found = new ArrayList<>(findings(spec.description() + "\n" + spec.arguments()));
        if (UNSEEN_NAME.matcher(spec.name().replaceAll("[^\\p{L}\\p{N}]+", " ")).find() && !found.contains(UNSEEN)) {
            found.add(UNSEEN);
        }
        return found.stream().sorted().toList();
    }

    /** What is suspicious in a text. */
    public static List<String> findings(String text) {
        List<String> found = new ArrayList<>();
        String plain = SafeText.of(text);
        if (!plain.equals(text)) {
            found.add("it holds characters that people do not see");
        }
        String lower = plain.toLowerCase(Locale.ROOT);
        SIGNS.forEach((finding, sign) -> {
            if (sign.matcher(lower).find()) {
                found.add(finding);
            }
        });
        return found.stream().sorted().toList();
    }
}
