package io.arkestra.tools.fs.internal;

import com.google.re2j.Pattern;
import io.arkestra.common.ConfigException;
import java.util.List;

/**
 * Names that look like those of keys and are not: {@code id_utils.ts}, {@code .env.example}. The shipped patterns {@code id_*} and {@code .env*}
 * mean every such name; a host excepts what it knows to be ordinary, name by name. Immutable.
 */
final class PlainNames {
    /** No exception reaches these. */
    private static final List<String> KEYS = List.of(
            "id_rsa",
            "id_dsa",
            "id_ecdsa",
            "id_ecdsa_sk",
            "id_ed25519",
            "id_ed25519_sk",
            "id_xmss",
            ".env",
            ".env.local",
            ".env.dev",
            ".env.development",
            ".env.test",
            ".env.staging",
            ".env.prod",
            ".env.production",
            ".envrc");

    private final List<Pattern> excepted;

    private PlainNames(List<Pattern> excepted) {
        this.excepted = List.copyOf(excepted);
    }

    /**
     * The exceptions of a host.
     *
     * @throws ConfigException when one is no name that the wide patterns mean, or means a file that holds keys
     */
    static PlainNames of(List<String> texts) {
        return new PlainNames(texts.stream().map(PlainNames::exception).toList());
    }

    private static Pattern exception(String text) {
        String folded = NameRules.folded(text);
        boolean wide = folded.startsWith("id_") || folded.startsWith(".env");
        if (!wide || text.length() > 200 || text.indexOf('/') >= 0 || text.indexOf('\\') >= 0) {
            throw new ConfigException("except holds '" + text
                    + "'; expected a name that begins with id_ or .env, for example .env.example or id_*.ts");
        }
        Pattern pattern = glob(folded);
        for (String key : KEYS) {
            if (pattern.matches(key) || pattern.matches(key + ".bak") || pattern.matches(key + "_old")) {
                throw new ConfigException("except holds '" + text + "', which means " + key
                        + " or a copy of it too; name what is ordinary, for example .env.example or id_*.ts");
            }
        }
        return pattern;
    }

    /** Whether a name is one that a wide pattern means and no exception does. */
    boolean looksSecret(String name) {
        String folded = NameRules.folded(name).stripTrailing();
        return (folded.startsWith("id_") || folded.startsWith(".env"))
                && excepted.stream().noneMatch(pattern -> pattern.matches(folded));
    }

    private static Pattern glob(String folded) {
        StringBuilder regex = new StringBuilder("(?s)");
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }
}
