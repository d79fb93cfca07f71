package io.arkestra;

import io.arkestra.common.UserId;
import io.arkestra.memory.DataSetConsent;
import io.arkestra.people.internal.Forgetting;
import io.arkestra.people.internal.PersonFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The people of an engine. */
final class EnginePeople implements People {
    private final PersonFiles files;
    private final Forgetting forgetting;
    private final DataSetConsent dataSets;
    private final RunningTurns turns;

    EnginePeople(PersonFiles files, Forgetting forgetting, DataSetConsent dataSets, RunningTurns turns) {
        this.files = files;
        this.forgetting = forgetting;
        this.dataSets = dataSets;
        this.turns = turns;
    }

    @Override
    public List<UserId> users() {
        return files.users();
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
