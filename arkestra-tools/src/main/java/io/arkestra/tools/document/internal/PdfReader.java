package io.arkestra.tools.document.internal;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** The text of a PDF, a form feed after each page. What is decoded is measured before it is decoded, and kept on disk while it is read. */
final class PdfReader {
    /** Operators between two looks at the clock. */
    private static final int LOOK_EVERY = 256;
    /** Drawings may hold drawings; those that hold themselves never end. */
    private static final int DEEPEST_FORM = 20;

    private static final String FONT_CACHE = "pdfbox.fontcache";

    static {
        // Otherwise PDFBox writes its list of fonts into the home of whoever runs the program.
        if (System.getProperty(FONT_CACHE) == null) {
            System.setProperty(FONT_CACHE, System.getProperty("java.io.tmpdir"));
        }
    }

    private final Reading reading;

    PdfReader(Reading reading) {
        this.reading = reading;
    }

    Extracted read(byte[] bytes) {
        InflatedStreams.check(bytes, reading);
        try (PDDocument document = Loader.loadPDF(
                new RandomAccessReadBuffer(bytes), "", null, null, IOUtils.createTempFileOnlyStreamCache())) {
            return text(document);
        } catch (InvalidPasswordException e) {
            throw reading.bad("is encrypted with a password; save it without one and import that", e);
        } catch (IOException e) {
            throw reading.bad("is a damaged PDF: " + e.getMessage(), e);
        } catch (IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | IndexOutOfBoundsException
                | NullPointerException
                | ArithmeticException e) {
            // PDFBox trusts what stands in a file in many places.
            throw reading.bad("is a damaged PDF: " + e, e);
        }
    }

    private Extracted text(PDDocument document) throws IOException {
        int pages = document.getNumberOfPages();
        if (pages == 0) {
            throw reading.bad("is a PDF without pages");
        }
        if (pages > reading.limits().pages()) {
            throw reading.bad("has " + pages + " pages; at most "
                    + reading.limits().pages() + " are imported; cut it into several files");
        }
        if (!document.getCurrentAccessPermission().canExtractContent()) {
            throw reading.bad("does not permit that its text is taken out");
        }
        Pages out = new Pages();
        Stripper stripper = new Stripper(out, pages);
        stripper.writeText(document, out);
        while (out.ended < pages) {
            out.end();
        }
        String title = document.getDocumentInformation() == null
                ? ""
                : document.getDocumentInformation().getTitle();
        return new Extracted(title == null ? "" : CleanText.of(title).strip(), out.text.toString(), pages);
    }

    /** Keeps what was written, up to a limit. */
    private final class Pages extends Writer {
        private final StringBuilder text = new StringBuilder();
        private int ended;

        @Override
        public void write(char[] characters, int from, int length) {
            text.append(characters, from, length);
            reading.hold(text.length());
        }

        void end() {
            text.append('\f');
            ended++;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Looks at the clock and at what would be decoded while PDFBox is at work. */
    private final class Stripper extends PDFTextStripper {
        private final Pages out;
        private final int pages;
        private int operators;
        private int depth;

        Stripper(Pages out, int pages) {
            this.out = out;
            this.pages = pages;
            setLineSeparator("\n");
            setPageEnd("");
            setParagraphEnd("\n");
            setAddMoreFormatting(false);
        }

        @Override
        protected void startPage(PDPage page) throws IOException {
            // Pages without anything on them are passed over, but they count.
            while (out.ended < getCurrentPageNo() - 1) {
                out.end();
            }
            super.startPage(page);
        }

        @Override
        protected void endPage(PDPage page) throws IOException {
            super.endPage(page);
            out.end();
            reading.progress(out.ended, pages);
        }

        @Override
        public void processPage(PDPage page) throws IOException {
            reading.goOn();
            var streams = page.getContentStreams();
            while (streams.hasNext()) {
                PDStream stream = streams.next();
                InflatedStreams.check(stream.getCOSObject(), reading);
            }
            super.processPage(page);
        }

        @Override
        public void showForm(PDFormXObject form) throws IOException {
            COSStream stream = form.getCOSObject();
            InflatedStreams.check(stream, reading);
            if (++depth > DEEPEST_FORM) {
                throw reading.bad("holds drawings within drawings without an end");
            }
            try {
                super.showForm(form);
            } finally {
                depth--;
            }
        }

        @Override
        protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
            if (++operators % LOOK_EVERY == 0) {
                reading.goOn();
            }
            super.processOperator(operator, operands);
        }

        @Override
        protected void writeString(String words, List<TextPosition> positions) throws IOException {
            super.writeString(CleanText.of(words).replace('\f', ' '), positions);
        }
    }
}
