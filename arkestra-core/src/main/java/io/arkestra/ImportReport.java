package io.arkestra;

/**
 * What an import did.
 *
 * @param written documents that were not there
 * @param present documents that were there already, the same or changed since, and stay as they are
 * @param expired documents whose time has run out, which are not taken
 */
public record ImportReport(long written, long present, long expired) {
    @Override
    public String toString() {
        return written + " documents were taken in; " + present + " were there already"
                + (expired == 0 ? "" : "; " + expired + " have expired");
    }
}
