package io.arkestra.guard.secret.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The rules of gitleaks (MIT) as they are shipped.
 *
 * @param rules those that look at text; the ones for names of files are left out
 * @param allowed what no rule reports
 */
record RuleFile(List<SecretRule> rules, List<AllowList> allowed) {

    private static final String FILE = "/io/arkestra/guard/secret/gitleaks.toml";

    private static final class Holder {
        private static final RuleFile SHIPPED = read();
    }

    /** Read once. */
    static RuleFile shipped() {
        return Holder.SHIPPED;
    }

    private static RuleFile read() {
        try (InputStream in = Objects.requireNonNull(RuleFile.class.getResourceAsStream(FILE), FILE)) {
            return of(TomlRules.read(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " in the jar cannot be read", e);
        }
    }

    private static RuleFile of(List<TomlRules.Table> tables) {
        List<SecretRule> rules = new ArrayList<>();
        List<AllowList> allowed = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            TomlRules.Table table = tables.get(i);
            if (table.name().equals("allowlist")) {
                allowed.add(AllowList.of(table));
            } else if (table.name().equals("rules") && !table.text("regex").isEmpty()) {
                List<TomlRules.Table> lists = new ArrayList<>();
                for (int j = i + 1; j < tables.size() && tables.get(j).name().equals("rules.allowlists"); j++) {
                    lists.add(tables.get(j));
                }
                rules.add(new SecretRule(table, lists));
            }
        }
        return new RuleFile(List.copyOf(rules), List.copyOf(allowed));
    }
}
