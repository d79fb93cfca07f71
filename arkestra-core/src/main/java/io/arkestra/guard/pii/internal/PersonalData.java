package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Recogniser;
import java.util.List;

/** All recognisers of personal data, the most telling first: where values overlap, the earlier names the type. */
public final class PersonalData {

    private PersonalData() {}

    /** @param regions two-letter codes of the countries whose national telephone numbers are looked for */
    public static List<Recogniser> recognisers(List<String> regions) {
        return List.of(
                new UserInfoRule(),
                new EmailRule(),
                new IbanRule(),
                new CryptoRule(),
                new CardRule(),
                new RussianNumberRule(RussianNumberRule.Kind.SNILS),
                new RussianNumberRule(RussianNumberRule.Kind.INN),
                new RussianNumberRule(RussianNumberRule.Kind.OGRN),
                new PassportRule(),
                new SsnRule(),
                new NetworkRule(),
                new PhoneRule(regions),
                new PostalRule(),
                new UrlRule());
    }
}
