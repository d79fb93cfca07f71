package io.arkestra.tools.document.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;

/**
 * Measures what the compressed streams of a PDF hold before anybody decodes them into memory: a few kilobytes may stand for gigabytes.
 * Pictures may be large, and are not decoded for their text.
 */
final class InflatedStreams {
    private static final long MEBI = 1024 * 1024;
    /** The most bytes of one stream that is decoded. */
    static final long MOST = 64 * MEBI;

    private static final byte[] STREAM = "stream".getBytes(StandardCharsets.US_ASCII);
    private static final int DICTIONARY = 2_048;
    private static final int LOOK_EVERY = 1 << 20;

    private InflatedStreams() {}

    /** Of a whole file, whatever its tables say: those may be compressed themselves. */
    static void check(byte[] pdf, Reading reading) {
        byte[] waste = new byte[1 << 16];
        for (int at = next(pdf, 0); at >= 0; at = next(pdf, at)) {
            int start = at;
            while (start < pdf.length && (pdf[start] == '\r' || pdf[start] == '\n' || pdf[start] == ' ')) {
                start++;
            }
            if (start + 2 < pdf.length && (pdf[start] & 0x0F) == 8 && !isPicture(pdf, at)) {
                inflate(pdf, start, waste, reading);
            }
        }
    }

    /** Where the content of the next stream begins. */
    private static int next(byte[] pdf, int from) {
        for (int i = from; i + STREAM.length < pdf.length; i++) {
            if (pdf[i] == 's' && matches(pdf, i) && (i < 3 || pdf[i - 1] != 'd')) {
                return i + STREAM.length;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] pdf, int at) {
        for (int i = 1; i < STREAM.length; i++) {
            if (pdf[at + i] != STREAM[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPicture(byte[] pdf, int stream) {
        int from = Math.max(0, stream - DICTIONARY);
        String before = new String(pdf, from, stream - from, StandardCharsets.ISO_8859_1);
        String dictionary = before.substring(Math.max(0, before.lastIndexOf(" obj")));
        return dictionary.contains("/Image")
                && !dictionary.contains("#")
                && !dictionary.contains("/ObjStm")
                && !dictionary.contains("/XRef");
    }

    private static void inflate(byte[] pdf, int start, byte[] waste, Reading reading) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(pdf, start, pdf.length - start);
            long total = 0;
            long look = 0;
            while (!inflater.finished()) {
                int inflated = inflater.inflate(waste);
                if (inflated == 0) {
                    return;
                }
                total += inflated;
                if (total > look) {
                    reading.goOn();
                    look += LOOK_EVERY;
                }
                if (total > MOST) {
                    throw bomb(reading);
                }
            }
        } catch (DataFormatException e) {
            // Not compressed like that, or damaged from here on: no more of it can be decoded.
            return;
        } finally {
            inflater.end();
        }
    }

    /** Of one stream that is about to be decoded, through all its filters that make it larger. */
    static void check(COSStream stream, Reading reading) throws IOException {
        COSBase filters = stream.getFilters();
        int layers = filters instanceof COSArray array ? array.size() : filters == null ? 0 : 1;
        if (layers == 0) {
            return;
        }
        boolean deflated = true;
        for (int i = 0; i < layers; i++) {
            COSBase filter = filters instanceof COSArray array ? array.getObject(i) : filters;
            deflated &= COSName.FLATE_DECODE.equals(filter) || COSName.FLATE_DECODE_ABBREVIATION.equals(filter);
        }
        if (!deflated) {
            // Other filters make a stream larger by a small factor only; chains of them are not written by any program.
            if (layers > 2) {
                throw reading.bad("holds content that was packed " + layers + " times");
            }
            return;
        }
        try (InputStream raw = stream.createRawInputStream()) {
            InputStream in = raw == null ? new ByteArrayInputStream(new byte[0]) : raw;
            for (int i = 0; i < layers; i++) {
                in = new InflaterInputStream(in);
            }
            count(in, reading);
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            // PDFBox makes what it can of a damaged stream, which is no more than what was counted.
            return;
        }
    }

    private static void count(InputStream in, Reading reading) throws IOException {
        byte[] waste = new byte[1 << 16];
        long total = 0;
        for (int read = in.read(waste); read >= 0; read = in.read(waste)) {
            total += read;
            reading.goOn();
            if (total > MOST) {
                throw bomb(reading);
            }
        }
    }

    private static RuntimeException bomb(Reading reading) {
        return reading.bad("holds a stream of more than " + MOST / MEBI + " MiB when it is unpacked, and is not read");
    }
}
