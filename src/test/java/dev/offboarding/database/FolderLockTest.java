package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    private Path folder;

    @Test
    void onlyOneHasAFolderAndItsNameStandsThere() throws IOException {
        try (FolderLock lock = FolderLock.tryAcquire(folder, Access.OWN).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FolderLock.tryAcquire(folder, Access.OWN)).isEmpty();
            assertThat(FolderLock.holder(folder))
                    .startsWith("process " + ProcessHandle.current().pid() + ", since 2");
            assertThat(FolderLock.freeSoon(folder)).isFalse();
        }
        FolderLock.tryAcquire(folder, Access.READ).orElseThrow().close();
    }

    @Test
    void aSecondTryInTheSameProgramDoesNotTakeTheLockAwayFromTheFirst() throws IOException {
        try (FolderLock lock = FolderLock.tryAcquire(folder, Access.OWN).orElseThrow()) {
            assertThat(FolderLock.tryAcquire(folder, Access.OWN)).isEmpty();
            assertThat(FolderLock.holder(folder)).isNotEmpty();
            ProgramOnAFolder.awaitWord(ProgramOnAFolder.start(folder, "lock"), "refused");
            assertThat(lock).isNotNull();
        }
        ProgramOnAFolder.awaitWord(ProgramOnAFolder.start(folder, "lock"), "taken");
    }

    @Test
    void aReaderIsWorthWaitingFor() throws IOException {
        try (FolderLock lock = FolderLock.tryAcquire(folder, Access.READ).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FolderLock.freeSoon(folder)).isTrue();
        }
    }
}
