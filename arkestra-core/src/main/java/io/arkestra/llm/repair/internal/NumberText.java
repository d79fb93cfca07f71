package io.arkestra.llm.repair.internal;

/** Numbers as other languages write them. */
final class NumberText {
    private NumberText() {}

    /** The number without a plus sign, leading zeros or a bare point; still to be parsed, because it may be anything. */
    static String mend(String digits) {
        String rest = digits;
        String sign = "";
        if (rest.startsWith("+")) {
            rest = rest.substring(1);
        } else if (rest.startsWith("-")) {
            sign = "-";
            rest = rest.substring(1);
        }
        rest = rest.replace("_", "");
        int zeros = 0;
        while (zeros + 1 < rest.length() && rest.charAt(zeros) == '0' && Character.isDigit(rest.charAt(zeros + 1))) {
            zeros++;
        }
        rest = rest.substring(zeros);
        if (rest.startsWith(".")) {
            rest = "0" + rest;
        }
        if (rest.endsWith(".")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        return sign + rest;
    }
}
