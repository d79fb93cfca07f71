package io.arkestra.common;

import java.math.BigDecimal;

/** The normal form of numbers and their one text. */
final class JsonNumber {

    static final int MAX_DIGITS = 1_000;
    static final int MAX_EXPONENT = 100_000;

    /** ECMAScript's Number::toString writes a number plainly when its decimal point lies in this range. */
    private static final int PLAIN_MAX_POINT = 21;

    private static final int PLAIN_MIN_POINT = -5;

    private JsonNumber() {}

    /** A Long where one can hold the number, else a BigDecimal without trailing zeros: equal numbers give equal objects. */
    static Object normal(BigDecimal number) {
        if (number.signum() == 0) {
            return 0L;
        }
        if (number.precision() > MAX_DIGITS) {
            throw new InvalidInputException(
                    "the number has " + number.precision() + " digits; expected at most " + MAX_DIGITS);
        }
        long exponent = (long) number.precision() - number.scale() - 1;
        if (Math.abs(exponent) > MAX_EXPONENT) {
            throw new InvalidInputException("the number's magnitude is 1e" + exponent + "; expected 1e-" + MAX_EXPONENT
                    + " to 1e+" + MAX_EXPONENT);
        }
        BigDecimal stripped = number.stripTrailingZeros();
        if (stripped.scale() <= 0 && exponent < 19 && stripped.toBigInteger().bitLength() < Long.SIZE) {
            return stripped.longValue();
        }
        return stripped;
    }

    static int toInt(Object number) {
        long whole = toLong(number);
        if (whole != (int) whole) {
            throw new InvalidInputException("the number " + whole + " is out of range; expected a 32-bit integer");
        }
        return (int) whole;
    }

    static long toLong(Object number) {
        if (number instanceof Long whole) {
            return whole;
        }
        String problem = ((BigDecimal) number).scale() <= 0 ? " is out of range" : " is not whole";
        throw new InvalidInputException("the number " + shortText(number) + problem + "; expected a 64-bit integer");
    }

    static double toDouble(Object number) {
        double real = ((Number) number).doubleValue();
        if (!Double.isFinite(real)) {
            throw new InvalidInputException("the number " + shortText(number) + " is out of range; expected a double");
        }
        return real;
    }

    static BigDecimal toDecimal(Object number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) number;
    }

    static String text(Object number) {
        if (!(number instanceof BigDecimal decimal)) {
            return number.toString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        int count = digits.length();
        int point = count - decimal.scale();
        StringBuilder out = new StringBuilder(count + 12);
        if (decimal.signum() < 0) {
            out.append('-');
        }
        if (point > 0 && point <= PLAIN_MAX_POINT) {
            if (count <= point) {
                return out.append(digits).append("0".repeat(point - count)).toString();
            }
            return out.append(digits, 0, point)
                    .append('.')
                    .append(digits, point, count)
                    .toString();
        }
        if (point >= PLAIN_MIN_POINT && point <= 0) {
            return out.append("0.").append("0".repeat(-point)).append(digits).toString();
        }
        out.append(digits.charAt(0));
        if (count > 1) {
            out.append('.').append(digits, 1, count);
        }
        int exponent = point - 1;
        return out.append(exponent < 0 ? "e-" : "e+").append(Math.abs(exponent)).toString();
    }

    /** For messages. */
    static String shortText(Object number) {
        String text = text(number);
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
