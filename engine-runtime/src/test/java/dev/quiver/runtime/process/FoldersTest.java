package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    /** Above the largest process id a Linux kernel gives. */
    private static final long NO_PROCESS = 1L << 40;

    @TempDir
    Path parent;

    @Test
    void keepsAFolderPrivateToItsUser() throws IOException {
        Path folder = Folders.create(parent, "app");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void sweepsTheFoldersOfEndedProcessesOnly() throws IOException {
        Path own = Folders.create(parent, "app");
        Path orphan = Files.createDirectories(parent.resolve("quiver-" + NO_PROCESS + "-app/shuffle"));
        Files.writeString(orphan.resolve("data"), "left over");
        Path foreign = Files.createDirectories(parent.resolve("quiver-notes"));
        Folders.sweep(parent);
        assertThat(orphan.getParent()).doesNotExist();
        assertThat(own).exists();
        assertThat(foreign).exists();
    }
}
