package dev.quiver.block.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.config.Config;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalFoldersTest {
    private static final Path ONE = Path.of("/one");
    private static final Path TWO = Path.of("/two");
    private static final Path THREE = Path.of("/three");
    private static final IOException FULL = new IOException("No space left on device");

    private final SteppedClock clock = new SteppedClock();
    private final LocalFolders folders = LocalFolders.of(
            List.of(ONE, TWO, THREE), Config.empty().with(LocalFolders.REST, Duration.ofMinutes(10)), clock);
    private final Map<Path, IOException> broken = new LinkedHashMap<>();
    private final List<Path> tried = new ArrayList<>();

    private Path write(LocalFolders into, int place) throws IOException {
        tried.clear();
        return into.write(place, folder -> {
            tried.add(folder);
            for (Path each : broken.keySet()) {
                if (folder.startsWith(each)) {
                    throw broken.get(each);
                }
            }
            return folder;
        });
    }

    @Test
    void spreadsNeighbouringPlacesOverAllFolders() throws Exception {
        for (int place : new int[] {0, 4_000, Integer.MAX_VALUE - 5, -9}) {
            assertThat(List.of(write(folders, place), write(folders, place + 1), write(folders, place + 2)))
                    .as("places from %d", place)
                    .containsExactlyInAnyOrder(ONE, TWO, THREE);
            assertThat(write(folders, place)).isEqualTo(write(folders, place));
        }
    }

    @Test
    void writesElsewhereWhenADiskIsFullAndComesBackAfterItsRest() throws Exception {
        broken.put(TWO, FULL);
        for (int place = 0; place < 9; place++) {
            assertThat(write(folders, place)).isIn(ONE, THREE);
        }
        for (int place = 0; place < 9; place++) {
            assertThat(write(folders, place)).isIn(ONE, THREE);
            assertThat(tried).as("a folder that rests is not asked").hasSize(1);
        }
        broken.clear();
        clock.pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(List.of(write(folders, 0), write(folders, 1), write(folders, 2)))
                .doesNotContain(TWO);
        clock.pass(Duration.ofNanos(1));
        assertThat(List.of(write(folders, 0), write(folders, 1), write(folders, 2)))
                .contains(TWO);
    }

    @Test
    void warnsOnceForAFolderAndNotForEachFile() throws Exception {
        try (Warnings warnings = new Warnings(FolderStates.class)) {
            broken.put(TWO, FULL);
            for (int place = 0; place < 9; place++) {
                write(folders, place);
                folders.writingFailed(TWO.resolve("file"), FULL);
            }
            assertThat(warnings.seen)
                    .singleElement()
                    .asString()
                    .contains(
                            "Folder /two gets no new files for 600 s",
                            "No space left",
                            "2 of 3 folders",
                            "quiver.local.dir");
        }
    }

    @Test
    void triesEachOnceMoreWhenAllHaveFailedAndThrowsTheLastFailureWithTheOthers() throws Exception {
        broken.put(ONE, FULL);
        broken.put(TWO, new IOException("Read-only file system"));
        broken.put(THREE, new IOException("Input/output error"));
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> write(folders, 0)).satisfies(failure -> {
                List<Throwable> all = new ArrayList<>(List.of(failure));
                for (int at = 0; at < all.size(); at++) {
                    all.addAll(List.of(all.get(at).getSuppressed()));
                }
                assertThat(all).containsAll(broken.values());
            });
            assertThat(tried).containsExactlyInAnyOrder(ONE, TWO, THREE);
        }
        broken.remove(TWO);
        assertThat(write(folders, 0)).as("a disk that was mended meanwhile").isEqualTo(TWO);
    }

    @Test
    void aFailureThatIsNotTheDisksIsThrownAtOnceAndTakesNothingOutOfUse() throws Exception {
        for (IOException failure : List.of(
                new ClosedByInterruptException(),
                new FileNotFoundException("/one/file (Too many open files)"),
                new FileSystemException("/one/file", null, "Too many open files"),
                new IOException("the store is closed", new ClosedChannelException()))) {
            List.of(ONE, TWO, THREE).forEach(folder -> broken.put(folder, failure));
            assertThatThrownBy(() -> write(folders, 0)).isSameAs(failure);
            assertThat(tried).hasSize(1);
            assertThat(folders.writingFailed(ONE, failure)).isFalse();
        }
        broken.clear();
        assertThat(List.of(write(folders, 0), write(folders, 1), write(folders, 2)))
                .containsExactlyInAnyOrder(ONE, TWO, THREE);
    }

    @Test
    void whatIsWrittenBelowTheFoldersKnowsOfEachOthersFailures() throws Exception {
        LocalFolders blocks = folders.below("blocks");
        LocalFolders spills = folders.below("spill").below("task");
        assertThat(spills.all())
                .containsExactly(ONE.resolve("spill/task"), TWO.resolve("spill/task"), THREE.resolve("spill/task"));
        assertThat(blocks.writingFailed(ONE.resolve("blocks/3f/cached_1_1"), FULL))
                .isTrue();
        for (int place = 0; place < 6; place++) {
            assertThat(write(spills, place)).isNotEqualTo(ONE.resolve("spill/task"));
        }
    }

    @Test
    void aDiskThatCannotReadRestsAndAFileThatIsGoneSaysNothing() throws Exception {
        folders.readingFailed(ONE.resolve("file"), new NoSuchFileException("/one/file"));
        folders.readingFailed(TWO.resolve("file"), new IOException("Input/output error"));
        assertThat(List.of(write(folders, 0), write(folders, 1), write(folders, 2)))
                .contains(ONE, THREE)
                .doesNotContain(TWO);
    }

    @Test
    void theOnlyFolderIsUsedWhateverHappens() throws Exception {
        LocalFolders only = LocalFolders.of(ONE);
        try (Warnings warnings = new Warnings(FolderStates.class)) {
            broken.put(ONE, FULL);
            assertThatThrownBy(() -> write(only, 7)).isSameAs(FULL);
            assertThat(only.writingFailed(ONE.resolve("file"), FULL)).isFalse();
            assertThat(warnings.seen).isEmpty();
        }
        broken.clear();
        assertThat(write(only, 7)).isEqualTo(ONE);
    }
}
