package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CaseTableTest {
    @Test
    void table_ofCases_isSortedAndReadsAsWords() {
        CaseTable table = CaseTable.titled("Cases");
        table.add("case45_refToHttpInASchema_refused", "", 7);
        table.add("case4_symlinkWrite_refused", "FAILED", 12);
        table.add("helper_noCase_ignored", "", 1);
        assertEquals("""
                Cases
                case  what                                                     outcome                        ms
                   4  symlink write                                            FAILED                         12
                  45  ref to http in a schema                                  refused                         7
                """, table.table().replace(System.lineSeparator(), "\n"));
    }
}
