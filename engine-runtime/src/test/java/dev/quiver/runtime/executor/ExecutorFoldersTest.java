package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.runtime.process.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorFoldersTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final String temporaryBefore = System.getProperty("java.io.tmpdir");

    @TempDir
    Path disks;

    @AfterEach
    void forgetTheTemporaryFolder() {
        System.setProperty("java.io.tmpdir", temporaryBefore);
    }

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> paths = Files.list(place)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private List<Path> wanted(Path... places) {
        return Stream.of(places)
                .map(place -> place.resolve("quiver-app-exec-1"))
                .toList();
    }

    @Test
    void ownFoldersAreMadeWithOneForTemporaryFilesAndGoWithTheProcessHoweverItEnds() throws Exception {
        Path ssd = Files.createDirectory(disks.resolve("ssd"));
        for (int code : List.of(ExitCodes.DONE, ExitCodes.LEFT, ExitCodes.NOT_READY)) {
            ExecutorFolders folders = ExecutorFolders.own(wanted(ssd));
            assertThat(names(ssd)).containsExactly("quiver-app-exec-1", "quiver-app-exec-1.lock");
            assertThat(System.getProperty("java.io.tmpdir"))
                    .isEqualTo(ssd.resolve("quiver-app-exec-1/tmp").toString());
            Files.writeString(folders.all().get(0).resolve("cached"), "block");
            folders.leave(code, false);
            assertThat(names(ssd)).as("exit code " + code).isEmpty();
        }
    }

    @Test
    void whatAKilledProcessLeftOnTheDiskIsSweptByTheNextAndOthersThatLiveAreNot() throws Exception {
        Path ssd = Files.createDirectory(disks.resolve("ssd"));
        Files.createDirectories(ssd.resolve("quiver-old-exec-7/shuffle"));
        Files.createFile(ssd.resolve("quiver-old-exec-7.lock"));
        Files.createDirectory(ssd.resolve("data"));
        ExecutorFolders folders = ExecutorFolders.own(wanted(ssd));
        folders.sweep(NOW);
        assertThat(names(ssd)).containsExactly("data", "quiver-app-exec-1", "quiver-app-exec-1.lock");
        folders.leave(ExitCodes.DONE, false);
        assertThat(names(ssd)).containsExactly("data");
    }

    @Test
    void aDiskThatCannotBeUsedIsLeftOutAndWithoutAnyThatIsSaid() throws Exception {
        Path ssd = Files.createDirectory(disks.resolve("ssd"));
        Path broken = Files.writeString(disks.resolve("broken"), "no folder");
        ExecutorFolders folders = ExecutorFolders.own(wanted(broken, ssd));
        assertThat(folders.all()).containsExactly(ssd.resolve("quiver-app-exec-1"));
        assertThat(System.getProperty("java.io.tmpdir")).startsWith(ssd.toString());
        folders.leave(ExitCodes.DONE, false);
        assertThatThrownBy(() -> ExecutorFolders.own(wanted(broken)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("the volumes for working files")
                .hasMessageContaining(broken.toString());
    }

    @Test
    void belowADriverAFailedStartLeavesItsWordsBehind() throws Exception {
        Path own = Files.createDirectories(disks.resolve("quiver-1-app/executor-1-0"));
        ExecutorFolders folders = ExecutorFolders.belowDriver(List.of(own));
        folders.leave(ExitCodes.NOT_READY, false);
        assertThat(own).exists();
        folders.leave(ExitCodes.DONE, true);
        assertThat(own.getParent()).doesNotExist();
    }
}
