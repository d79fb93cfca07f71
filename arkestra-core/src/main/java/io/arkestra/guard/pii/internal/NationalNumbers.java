package io.arkestra.guard.pii.internal;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.List;

/** National telephone numbers of some regions, by libphonenumber's tables. Thread-safe; the tables are read when first needed. */
final class NationalNumbers {

    private final List<String> regions;

    NationalNumbers(List<String> regions) {
        this.regions = List.copyOf(regions);
    }

    /** Whether the digits, as they are dialled inside a country, are a number that one of the regions has given out. */
    boolean isValid(String digits) {
        PhoneNumberUtil phones = PhoneNumberUtil.getInstance();
        for (String region : regions) {
            try {
                if (phones.isValidNumberForRegion(phones.parse(digits, region), region)) {
                    return true;
                }
            } catch (NumberParseException e) {
                // Not a number in this region; another may have it.
                continue;
            }
        }
        return false;
    }
}
