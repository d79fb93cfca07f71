package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses of crypto currencies by their checksum: Base58Check (Bitcoin, Litecoin, Dogecoin, Tron and their like), Bech32 and Bech32m
 * (BIP 173, BIP 350); Ethereum's by its form, 0x and forty hexadecimal digits.
 */
final class CryptoRule implements Recogniser {

    private static final int MIN = 25;
    private static final int MAX = 90;
    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final String[] BECH32_CHAINS = {"bc", "tb", "ltc", "bcrt", "addr", "cosmos", "bnb"};
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int BECH32M = 0x2bc830a3;

    @Override
    public List<String> types() {
        return List.of("CRYPTO_ADDRESS");
    }

    @Override
    public boolean concerns(Block block) {
        return block.digits() > 0 && block.length() >= MIN;
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow text = block.text();
        int i = block.start();
        while (i < block.end()) {
            int end = i;
            while (end < block.end() && isWord(text.at(end))) {
                end++;
            }
            if (end - i >= MIN
                    && end - i <= MAX
                    && !isWord(text.at(i - 1))
                    && !isWord(text.at(end))
                    && isAddress(text.text(i, end))) {
                found.value("CRYPTO_ADDRESS", "crypto", i, end);
            }
            i = Math.max(end, i + 1);
        }
    }

    private static boolean isAddress(String word) {
        if (word.startsWith("0x")) {
            return word.length() == 42
                    && word.chars().skip(2).allMatch(c -> c < 128 && Character.digit(c, 16) >= 0)
                    && word.chars().skip(2).anyMatch(c -> c != word.charAt(2));
        }
        return word.length() <= 36 && "13LMDTAtXmn29".indexOf(word.charAt(0)) >= 0
                ? isBase58Check(word)
                : isBech32(word);
    }

    private static boolean isBase58Check(String word) {
        BigInteger value = BigInteger.ZERO;
        BigInteger base = BigInteger.valueOf(58);
        for (int i = 0; i < word.length(); i++) {
            int digit = BASE58.indexOf(word.charAt(i));
            if (digit < 0) {
                return false;
            }
            value = value.multiply(base).add(BigInteger.valueOf(digit));
        }
        byte[] raw = value.toByteArray();
        byte[] bytes = new byte[25];
        int skip = Math.max(0, raw.length - 25);
        if (skip > 1 || skip == 1 && raw[0] != 0) {
            return false;
        }
        System.arraycopy(raw, skip, bytes, 25 - (raw.length - skip), raw.length - skip);
        byte[] digest = sha256(sha256(Arrays.copyOf(bytes, 21)));
        return Arrays.equals(digest, 0, 4, bytes, 21, 25);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean isBech32(String word) {
        String lower = word.toLowerCase(java.util.Locale.ROOT);
        boolean mixed =
                !lower.equals(word) && !word.toUpperCase(java.util.Locale.ROOT).equals(word);
        int split = lower.lastIndexOf('1');
        if (mixed
                || split < 1
                || lower.length() - split < 7
                || !Arrays.asList(BECH32_CHAINS).contains(lower.substring(0, split))) {
            return false;
        }
        int check = 1;
        for (int i = 0; i < split; i++) {
            check = step(check) ^ lower.charAt(i) >> 5;
        }
        check = step(check);
        for (int i = 0; i < split; i++) {
            check = step(check) ^ lower.charAt(i) & 31;
        }
        for (int i = split + 1; i < lower.length(); i++) {
            int digit = BECH32.indexOf(lower.charAt(i));
            if (digit < 0) {
                return false;
            }
            check = step(check) ^ digit;
        }
        return check == 1 || check == BECH32M;
    }

    private static int step(int check) {
        int top = check >>> 25;
        int next = (check & 0x1ffffff) << 5;
        for (int i = 0; i < GENERATOR.length; i++) {
            next ^= (top >> i & 1) == 0 ? 0 : GENERATOR[i];
        }
        return next;
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
