package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    /** Above the largest process id a Linux kernel gives. */
    private static final long NO_PROCESS = 1L << 40;

    private static final long THIS_PROCESS = ProcessHandle.current().pid();
    private static final Instant NOW = Instant.parse("2024-09-17T12:00:00Z");

    @TempDir
    Path parent;

    private void sweep() {
        new LeftOvers(parent, "own", true).sweep(NOW);
    }

    private Path folder(long process, String application, Duration age) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("quiver-" + process + "-" + application));
        Files.writeString(folder.resolve("schema-0-lane-0-0.arrow.part"), "left over");
        Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(age)));
        return folder;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> paths = Files.list(parent)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void keepsAFolderPrivateToItsUserAndLeavesNothing() throws IOException {
        try (WorkingFolder working = new WorkingFolder(parent.resolve("quiver-1-app"), "app", "local.dir", true)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(working.path())))
                    .isEqualTo("rwx------");
            assertThat(names()).hasSize(2);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void claimsNothingThatWasClosedMeanwhile() throws IOException {
        WorkingFolder working = new WorkingFolder(parent.resolve("quiver-1-app"), "app", "local.dir", true);
        working.close();
        working.sweepLeftOvers(NOW);
        assertThat(names()).isEmpty();
    }

    @Test
    void sweepsWhatNobodyClaimsThoughItsOwnersNumberIsInUseAgain() throws IOException {
        Path reused = folder(THIS_PROCESS, "app-of-a-dead-process", Duration.ZERO);
        Files.createFile(FolderClaim.fileFor(reused));
        Path neverMade = parent.resolve("quiver-" + NO_PROCESS + "-app-without-files");
        Files.createFile(FolderClaim.fileFor(neverMade));
        sweep();
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsWhatAProcessClaimsThoughItsNumberIsUnknownHere() throws Exception {
        Path elsewhere = folder(NO_PROCESS, "app-in-another-container", Duration.ofDays(2));
        FolderClaim claim = FolderClaim.take(elsewhere);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sweeper.class.getName(),
                        parent.toString())
                .inheritIO()
                .start();
        assertThat(other.waitFor()).isZero();
        assertThat(elsewhere).exists();
        sweep();
        assertThat(elsewhere).exists();
        claim.close();
        assertThat(names()).hasSize(1);
    }

    /** Sweeps in a process of its own, which locks of another process keep out. */
    public static final class Sweeper {
        private Sweeper() {}

        public static void main(String[] arguments) {
            new LeftOvers(Path.of(arguments[0]), "none", true).sweep(NOW);
        }
    }

    @Test
    void sweepsUnclaimedFoldersOfThisMachineWhenTheirProcessIsLongGone() throws IOException {
        Path old = folder(NO_PROCESS, "app", Duration.ofHours(1));
        Path fresh = folder(NO_PROCESS, "app-not-claimed-yet", Duration.ofSeconds(5));
        Path alive = folder(THIS_PROCESS, "app-on-a-disk-without-locks", Duration.ofHours(1));
        Path own = folder(THIS_PROCESS, "own", Duration.ofHours(1));
        Path foreign = Files.createDirectories(parent.resolve("quiver-notes"));
        new LeftOvers(parent, "own", false).sweep(NOW);
        assertThat(old).as("it may be of another machine").exists();
        sweep();
        assertThat(old).doesNotExist();
        assertThat(List.of(fresh, alive, own, foreign)).allMatch(Files::exists);
    }

    @Test
    void aClaimIsMadeAgainWhenASweeperTookItForLeftOver() throws Exception {
        Path folder = parent.resolve("quiver-1-app");
        for (int round = 0; round < 100; round++) {
            Thread sweeper = new Thread(this::sweep);
            sweeper.start();
            try (FolderClaim claim = FolderClaim.take(folder)) {
                assertThat(claim).isNotNull();
                sweeper.join();
                assertThat(FolderClaim.fileFor(folder)).exists();
            }
        }
        assertThat(names()).isEmpty();
    }
}
