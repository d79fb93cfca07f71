package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments that fit the schema and make no sense: a clear message, and nothing is changed. */
class FileToolsRefusalTest {
    @TempDir
    Path directory;

    private FilesFixture files;

    @BeforeEach
    void open() throws IOException {
        files = new FilesFixture(
                directory, "{\"fileBytes\": 1000, \"dayBytes\": 1500, \"treeFiles\": 5, \"undoBytes\": 5000}");
        files.file("a.txt", "one\ntwo\ntwo\n");
        files.file("docs/guide.md", "text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fs.read | {'path':'b.txt'} | NOT_FOUND | There is no file 'b.txt'",
                "fs.read | {'path':'docs'} | INVALID_ARGUMENTS | 'docs' is a directory",
                "fs.read | {'path':'.'} | INVALID_ARGUMENTS | The path is a directory; use fs.list to see what is in it",
                "fs.read | {'path':'no/b.txt'} | NOT_FOUND | There is no directory 'no'",
                "fs.read | {'path':'a.txt/b.txt'} | INVALID_ARGUMENTS | 'a.txt' is a file",
                "fs.read | {'path':'a.txt','from':9} | INVALID_ARGUMENTS | 'a.txt' has 3 lines; line 9 is not there",
                "fs.read | {'path':'a.txt','root':'other'} | INVALID_ARGUMENTS | There is no root 'other'; there are: project",
                "fs.list | {'path':'no'} | NOT_FOUND | There is no directory 'no'",
                "fs.list | {'path':'a.txt'} | INVALID_ARGUMENTS | 'a.txt' is a file",
                "fs.search | {'query':'(','regex':true} | INVALID_ARGUMENTS | The query is not a regular expression of RE2 (no back references, no look-around): missing closing )",
                "fs.search | {'query':'x','path':'no'} | NOT_FOUND | There is no directory 'no'",
                "fs.write | {'path':'.','mode':'create','content':''} | INVALID_ARGUMENTS | The path is a directory; give the path of a file",
                "fs.write | {'path':'docs','mode':'overwrite','content':''} | INVALID_ARGUMENTS | 'docs' is a directory",
                "fs.write | {'path':'a.txt','mode':'create','content':''} | CONFLICT | 'a.txt' is there already; use the mode overwrite, append or replace",
                "fs.write | {'path':'b.txt','mode':'append','content':'x'} | NOT_FOUND | There is no file 'b.txt'; use the mode create to make it",
                "fs.write | {'path':'a.txt','mode':'replace','content':'x'} | INVALID_ARGUMENTS | For the mode replace, give the passage to replace as 'old'",
                "fs.write | {'path':'a.txt','mode':'append','content':'x','old':'y'} | INVALID_ARGUMENTS | 'old' is for the mode replace only",
                "fs.write | {'path':'a.txt','mode':'replace','content':'x','old':'two'} | INVALID_ARGUMENTS | The passage to replace is in 'a.txt' more than once; give more of what is around it",
                "fs.write | {'path':'a.txt','mode':'replace','content':'x','old':'three'} | INVALID_ARGUMENTS | The passage to replace is not in 'a.txt'; read the file and give it exactly, with its blanks and line breaks",
                "fs.write | {'path':'a.txt/b','mode':'create','content':'x'} | INVALID_ARGUMENTS | 'a.txt' in 'a.txt/b' is a file",
                "fs.write | {'path':'A.TXT','mode':'create','content':'x'} | INVALID_ARGUMENTS | 'A.TXT' differs from 'a.txt' only in case or in the form of letters, and other systems take them for one; use another name",
                "fs.write | {'path':'DOCS/b','mode':'create','content':'x'} | INVALID_ARGUMENTS | 'DOCS' differs from 'docs' only in case or in the form of letters, and other systems take them for one; use another name",
                "fs.move | {'path':'b.txt','to':'c.txt'} | NOT_FOUND | There is no 'b.txt'",
                "fs.move | {'path':'a.txt','to':'docs/guide.md'} | CONFLICT | 'docs/guide.md' is there already; nothing is replaced",
                "fs.move | {'path':'a.txt','to':'no/c.txt'} | NOT_FOUND | There is no directory 'no'",
                "fs.move | {'path':'a.txt','to':'a.txt'} | INVALID_ARGUMENTS | Both paths are the same",
                "fs.move | {'path':'docs','to':'docs/in'} | INVALID_ARGUMENTS | A directory cannot be moved into itself",
                "fs.move | {'path':'','to':'x'} | INVALID_ARGUMENTS | A root itself cannot be moved or replaced",
                "fs.delete | {'path':'b.txt'} | NOT_FOUND | There is no 'b.txt'",
                "fs.delete | {'path':'docs'} | INVALID_ARGUMENTS | 'docs' is a directory; say directory: true to delete it with everything in it",
                "fs.delete | {'path':'.','directory':true} | INVALID_ARGUMENTS | A root itself cannot be deleted",
            })
    void call_argumentsWithoutSense_saysWhatWouldWork(String tool, String arguments, Reason reason, String message) {
        ToolException refusal = files.refused(tool, arguments);

        assertEquals(message, refusal.getMessage());
        assertEquals(reason, refusal.reason());
    }

    @Test
    void write_moreThanTheQuotaOfAFile_isRefused() {
        ToolException refusal =
                files.refused("fs.write", "{'path':'b.txt','mode':'create','content':'" + "x".repeat(1001) + "'}");

        assertEquals("The text has 1001 characters; at most 1000 bytes may be written", refusal.getMessage());
    }

    @Test
    void write_moreThanTheQuotaOfADay_isRefusedUntilTheDayIsOver() {
        String content = "x".repeat(900);
        files.call("fs.write", "{'path':'b.txt','mode':'create','content':'" + content + "'}");

        ToolException refusal =
                files.refused("fs.write", "{'path':'c.txt','mode':'create','content':'" + content + "'}");

        assertEquals(
                "No more than 1500 bytes may be written in a day, and 600 are left; 900 would be written",
                refusal.getMessage());
    }

    @Test
    void delete_moreFilesThanMayBeDeletedAtOnce_isRefused() throws IOException {
        for (int i = 0; i < 6; i++) {
            files.file("many/" + i, "x");
        }

        ToolException refusal = files.refused("fs.delete", "{'path':'many','directory':true}");

        assertEquals("There are more than 5 files in it; do it in parts", refusal.getMessage());
    }

    @Test
    void write_writeProtectedFile_isRefused() throws IOException {
        Files.setPosixFilePermissions(files.root.resolve("a.txt"), PosixFilePermissions.fromString("r--r--r--"));

        ToolException refusal = files.refused("fs.write", "{'path':'a.txt','mode':'overwrite','content':'x'}");

        assertEquals("'a.txt' is write-protected", refusal.getMessage());
    }

    @Test
    void write_appendToBytesThatAreNoText_isRefused() throws IOException {
        Files.write(files.root.resolve("a.bin"), new byte[] {(byte) 0xFF, 0, 1});

        ToolException refusal = files.refused("fs.write", "{'path':'a.bin','mode':'append','content':'x'}");

        assertEquals("'a.bin' is not text in UTF-8; only overwrite works", refusal.getMessage());
    }

    @Test
    void write_inARootForReadingOnly_isRefused() throws IOException {
        FilesFixture readOnly =
                new FilesFixture(directory, "{\"roots\":[\"project=" + files.root + "\"],\"readOnly\":[\"project\"]}");

        for (String call : new String[] {
            "fs.write|{'path':'a.txt','mode':'overwrite','content':'x'}",
            "fs.move|{'path':'a.txt','to':'c.txt'}",
            "fs.delete|{'path':'a.txt'}"
        }) {
            String[] parts = call.split("\\|");
            assertTrue(readOnly.refused(parts[0], parts[1]).getMessage().contains("opened it for reading only"), call);
        }
    }
}
