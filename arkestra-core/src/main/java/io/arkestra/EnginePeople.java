package io.arkestra;

import io.arkestra.common.UserId;
import io.arkestra.memory.DataSetConsent;
import io.arkestra.onboarding.internal.OnboardingTalk;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.Forgetting;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.PersonFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;

/** The people of an engine. */
final class EnginePeople implements People {
    private final PersonFiles files;
    private final Forgetting forgetting;
    private final PeopleStore people;
    private final AliasStore aliases;
    private final OnboardingTalk onboarding;
    private final ZoneId zone;
    private final DataSetConsent dataSets;
    private final RunningTurns turns;

    /** @param zone of users who named none */
    EnginePeople(
            PersonFiles files,
            Forgetting forgetting,
            PeopleStore people,
            AliasStore aliases,
            OnboardingTalk onboarding,
            ZoneId zone,
            DataSetConsent dataSets,
            RunningTurns turns) {
        this.files = files;
        this.forgetting = forgetting;
        this.people = people;
        this.aliases = aliases;
        this.onboarding = onboarding;
        this.zone = zone;
        this.dataSets = dataSets;
        this.turns = turns;
    }

    @Override
    public List<UserId> users() {
        return files.users();
    }

    @Override
    public Profile edit(UserId user, Consumer<ProfileEdit> changes) {
        ProfileEdit edit = new ProfileEdit();
        changes.accept(edit);
        return new Profile(people.change(user, edit.changes()), zone);
    }

    @Override
    public Onboarding onboarding(UserId user) {
        return onboarding.of(user);
    }

    @Override
    public List<Alias> aliases(UserId user) {
        return aliases.all(user);
    }

    @Override
    public void addAlias(UserId user, Alias alias) {
        aliases.add(user, alias);
    }

    @Override
    public void setPrimaryAlias(UserId user, String name) {
        aliases.setPrimary(user, name);
    }

    @Override
    public boolean removeAlias(UserId user, String name) {
        return aliases.remove(user, name);
    }

    @Override
    public ExportReport export(UserId user, Path zip) {
        return files.export(user, zip);
    }

    @Override
    public ImportReport importFrom(UserId user, Path zip) {
        return files.importFrom(user, zip);
    }

    @Override
    public DataSetConsent dataSetConsent() {
        return dataSets;
    }

    @Override
    public ForgetReport forget(UserId user) {
        long start = System.nanoTime();
        return turns.without(user, stopped -> {
            Forgetting.Gone gone = forgetting.forget(user);
            return new ForgetReport(
                    gone.documents(), gone.jobs(), stopped, Duration.ofNanos(System.nanoTime() - start));
        });
    }
}
