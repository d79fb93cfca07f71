package io.arkestra.tools.document.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancelledException;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.junit.jupiter.api.Test;

/** What each reader takes out of a file, and what it refuses. */
class ReadersTest {
    private static Extracted read(String name, byte[] bytes) {
        return DocumentReader.read(
                bytes,
                Reading.of(name, Limits.STANDARD, TestToolContext.builder().build()));
    }

    private static String html(String html) {
        return read("page.html", html.getBytes(StandardCharsets.UTF_8)).text();
    }

    private static ToolException refused(String name, byte[] bytes) {
        return assertThrows(ToolException.class, () -> read(name, bytes));
    }

    @Test
    void html_whatAPersonDoesNotSee_isNotRead() {
        String text = html("""
                <!doctype html><html><head><title>Offer</title><style>.x1{display:none} #y { visibility : hidden }</style>
                <script>var a = 'evil1';</script></head><body>
                <h1>Offer</h1><!-- evil2 --><p>We sell a <b>red</b> car.</p>
                <p style="display:none">evil3</p><p hidden>evil4</p><div aria-hidden="true">evil5</div>
                <span class="x1">evil6</span><span id="y">evil7</span><p style="color:red; font-size: 0px">evil8</p>
                <div style="position:absolute; left:-9999px">evil9</div><template>evil10</template><noscript>evil11</noscript>
                <input value="evil12"><textarea>evil13</textarea><iframe srcdoc="evil14"></iframe>
                <p>pass\u200Bword\u2060 and \u202Ereversed\u202C</p><p style="opacity:0">evil15</p>
                <h2>Price</h2><table><tr><th>Part</th><th>Cost</th></tr><tr><td>Door</td><td>12</td></tr></table>
                <ul><li>one</li><li>two</li></ul><pre>a
                  b</pre></body></html>
                """);
        assertFalse(text.contains("evil"), text);
        assertTrue(text.startsWith("# Offer\n\nWe sell a red car.\n"), text);
        assertTrue(text.contains("password and reversed"), text);
        assertTrue(text.contains("\n## Price\n\n"), text);
        assertTrue(text.contains("Part | Cost\nDoor | 12"), text);
        assertTrue(text.contains("- one\n- two\n"), text);
        assertTrue(text.contains("a\n  b"), text);
    }

    @Test
    void html_title_isTaken() {
        assertEquals(
                "An offer",
                read("p.html", "<html><title> An\noffer </title><body>words".getBytes(StandardCharsets.UTF_8))
                        .title());
    }

    @Test
    void html_deeplyNested_isReadWithoutOverflow() {
        String text = html("<div>".repeat(50_000) + "inside" + "</div>".repeat(50_000));
        assertTrue(text.contains("inside"));
    }

    @Test
    void text_invisibleCharacters_areRemovedAndEmojiStay() {
        String family = "👨\u200D👩\u200D👧";
        Extracted read =
                read("a.txt", ("a\u200Bb\uFEFFc " + family + " \uDB40\uDC41x\u0007").getBytes(StandardCharsets.UTF_8));
        assertEquals("abc " + family + " x", read.text());
    }

    @Test
    void docx_headingsListsAndTables_areKept() throws IOException {
        String text = read("a.docx", MadeFiles.docx("", """
                <w:p><w:pPr><w:pStyle w:val="H2x"/></w:pPr><w:r><w:t>Notice</w:t></w:r></w:p>
                <w:p><w:r><w:t xml:space="preserve">Three </w:t></w:r><w:r><w:t>months.</w:t></w:r>
                  <w:r><w:rPr><w:vanish/></w:rPr><w:t>evil1</w:t></w:r>
                  <w:del><w:r><w:delText>evil2</w:delText></w:r></w:del>
                  <w:r><mc:AlternateContent><mc:Choice><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Choice>
                    <mc:Fallback><w:p><w:r><w:t>evil3</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>
                <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>first</w:t></w:r></w:p>
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Door</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
                <w:p><w:r><w:t>After</w:t></w:r></w:p>
                """)).text();
        assertEquals("## Notice\n\nThree months.\n\nBox\n\n- first\n\nDoor | 12\n\nAfter\n", text);
    }

    @Test
    void docx_documentType_isRefused() throws IOException {
        byte[] evil = MadeFiles.docx(
                "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>");
        assertTrue(refused("a.docx", evil).getMessage().contains("document type"));
    }

    @Test
    void docx_bomb_isRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("word/media/a.bin"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        assertTrue(refused("a.docx", out.toByteArray()).getMessage().contains("unpacks to far more"));
    }

    @Test
    void docx_cutOff_isRefused() throws IOException {
        byte[] whole = MadeFiles.docx("", "<w:p><w:r><w:t>words</w:t></w:r></w:p>");
        assertTrue(refused("a.docx", java.util.Arrays.copyOf(whole, whole.length / 2))
                .getMessage()
                .contains("'a.docx' is"));
        byte[] broken = MadeFiles.docx("", "<w:p><w:r><w:t>words</w:r></w:p>");
        assertTrue(refused("a.docx", broken).getMessage().contains("damaged Word document"));
    }

    @Test
    void pdf_streamThatUnpacksToGigabytes_isRefused() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream deflate = new DeflaterOutputStream(packed)) {
            byte[] spaces = new byte[1 << 20];
            java.util.Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 80; i++) {
                deflate.write(spaces);
            }
        }
        for (boolean twice : new boolean[] {false, true}) {
            try (PDDocument document = new PDDocument()) {
                PDPage page = new PDPage();
                document.addPage(page);
                COSStream stream = document.getDocument().createCOSStream();
                byte[] content = packed.toByteArray();
                if (twice) {
                    ByteArrayOutputStream again = new ByteArrayOutputStream();
                    try (OutputStream deflate = new DeflaterOutputStream(again)) {
                        deflate.write(content);
                    }
                    content = again.toByteArray();
                    org.apache.pdfbox.cos.COSArray filters = new org.apache.pdfbox.cos.COSArray();
                    filters.add(COSName.FLATE_DECODE);
                    filters.add(COSName.FLATE_DECODE);
                    stream.setItem(COSName.FILTER, filters);
                } else {
                    stream.setItem(COSName.FILTER, COSName.FLATE_DECODE);
                }
                try (OutputStream raw = stream.createRawOutputStream()) {
                    raw.write(content);
                }
                page.getCOSObject().setItem(COSName.CONTENTS, stream);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                document.save(out);
                String message = refused("a.pdf", out.toByteArray()).getMessage();
                assertTrue(message.contains("more than 64 MiB"), message);
            }
        }
    }

    @Test
    void pdf_anyDamage_isAnErrorOrTextButNeverACrash() throws IOException {
        byte[] whole = MadeFiles.pdf(List.of(List.of("The first page"), List.of("The second page")));
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt(256);
            }
            try {
                read("a.pdf", damaged);
            } catch (ToolException e) {
                refused++;
            }
        }
        assertTrue(refused > 0);
    }

    @Test
    void pdf_slowerThanAllowed_isGivenUp() throws IOException {
        byte[] whole = MadeFiles.pdf(List.of(List.of("words")));
        Limits quick = new Limits(1_000_000, 10, 1_000, Duration.ofMillis(1));
        io.arkestra.testkit.ManualClock clock = io.arkestra.testkit.ManualClock.at("2026-03-01T12:00:00Z");
        Reading reading = Reading.of(
                "a.pdf", quick, TestToolContext.builder().clock(clock).build());
        clock.advance(Duration.ofSeconds(2));
        ToolException e = assertThrows(ToolException.class, () -> DocumentReader.read(whole, reading));
        assertTrue(e.getMessage().contains("takes longer"), e.getMessage());
    }

    @Test
    void cleanText_longText_isAskedForAllTheWay() {
        String text = "A heron waits. ".repeat(100_000);
        AtomicInteger asked = new AtomicInteger();
        assertEquals(text, CleanText.of(text, asked::incrementAndGet));
        assertTrue(asked.get() >= 20, "asked " + asked + " times");
        assertThrows(
                CancelledException.class,
                () -> CleanText.of(text, () -> {
                    throw new CancelledException("test");
                }));
    }
}
