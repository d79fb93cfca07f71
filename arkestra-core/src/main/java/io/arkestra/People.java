package io.arkestra;

import io.arkestra.common.UserId;
import io.arkestra.memory.DataSetConsent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The users as people: who there is, taking everything of one along, and forgetting one. Thread-safe. */
public interface People {
    /** Everybody of whom something is kept, by id. */
    List<UserId> users();

    /**
     * Changes what is known about a user's wishes, and returns what is known then.
     *
     * @throws io.arkestra.common.InvalidInputException when something does not fit; nothing was changed then
     */
    Profile edit(UserId user, Consumer<ProfileEdit> changes);

    /** Getting to know a user by questions. */
    Onboarding onboarding(UserId user);

    /** The names that a user goes by, the primary one first. */
    List<Alias> aliases(UserId user);

    /**
     * Adds a name, at most 20, or changes when a known one is to be used; names differ by more than case. The first one becomes the
     * primary.
     */
    void addAlias(UserId user, Alias alias);

    /** Makes a name the primary one; adds it when it is new. */
    void setPrimaryAlias(UserId user, String name);

    /** Removes a name. Returns false when there is no such one. When the primary goes, another takes its place. */
    boolean removeAlias(UserId user, String name);

    /**
     * Writes everything that is kept of a user into one new ZIP file: the documents of each collection as JSON lines, and a manifest
     * with counts, versions and SHA-256. Nothing of anybody else is in it, and nothing that can be made anew (indexes, vectors).
     * What the user changes meanwhile may be in it or not.
     *
     * @throws PeopleException with code {@code people.file} when the file exists already or cannot be written
     */
    ExportReport export(UserId user, Path zip);

    /**
     * Takes what {@link #export} wrote into the documents of a user, who may have another id. The file is checked as a whole before
     * anything is written. What is there already stays as it is, so importing twice changes nothing. Reminders that are still to come
     * will be given.
     *
     * @throws PeopleException when the file is damaged ({@code people.archive-damaged}), of something else
     *     ({@code people.archive-foreign}), newer than this program ({@code people.archive-newer}) or unreasonably large
     *     ({@code people.archive-too-large}); nothing was changed then
     */
    ImportReport importFrom(UserId user, Path zip);

    /** Who lets their conversations be used to train models; nobody unless they said so. */
    DataSetConsent dataSetConsent();

    /**
     * Forgets a user for good: stops what runs for them, deletes everything that is kept of them, with what was derived from it and
     * their key, and rewrites the files so that nothing of it is left in them. Takes seconds, others wait. Once begun it is
     * finished at the next start if the process ends. The same id may be used again afterwards, by whoever it is then.
     *
     * <p>Backups and exports that were made before are the host's to delete.
     */
    ForgetReport forget(UserId user);
}
