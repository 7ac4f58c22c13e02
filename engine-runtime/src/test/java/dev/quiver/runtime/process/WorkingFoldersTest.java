package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingFoldersTest {
    private static final Instant NOW = Instant.parse("2024-09-17T12:00:00Z");

    @TempDir
    Path temporary;

    private WorkingFolders folders(Path... places) {
        String setting = String.join(", ", Stream.of(places).map(Path::toString).toList());
        return WorkingFolders.of(Config.empty().with(ProcessSettings.LOCAL_DIR, setting), "app");
    }

    private static List<String> names(Path... places) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path place : places) {
            try (Stream<Path> paths = Files.list(place)) {
                paths.forEach(path -> names.add(path.getFileName().toString()));
            }
        }
        return names;
    }

    @Test
    void eachPlaceCountsOnceAndNoneIsTheTemporaryFolder() {
        assertThat(WorkingFolders.places("/a, /b,/a/../a,,/c/"))
                .containsExactly(Path.of("/a"), Path.of("/b"), Path.of("/c"));
        for (String none : List.of("", "  ", " , ,")) {
            assertThat(WorkingFolders.places(none))
                    .containsExactly(
                            Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
        }
    }

    @Test
    void aSingleFolderIsMadeWhenItIsNeeded() throws Exception {
        Path place = temporary.resolve("one");
        try (WorkingFolders folders = folders(place)) {
            assertThat(place).doesNotExist();
            assertThat(folders.home())
                    .isDirectory()
                    .isEqualTo(folders.locations().get(0));
        }
        assertThat(names(place)).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeUsedIsLeftOutWhileAnotherRemains() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "no folder");
        Path two = temporary.resolve("two");
        Path three = temporary.resolve("three");
        try (WorkingFolders folders = folders(file, two, three)) {
            assertThat(folders.locations()).allMatch(Files::isDirectory);
            assertThat(folders.locations().stream().map(Path::getParent)).containsExactly(two, three);
            assertThat(folders.home()).startsWith(two);
        }
        assertThat(names(two, three)).isEmpty();
        assertThatThrownBy(() -> folders(file, file.resolve("below")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.local.dir")
                .hasMessageContaining(file.toString());
    }

    @Test
    void whatDeadProcessesLeftIsSweptInEveryPlace() throws Exception {
        Path one = Files.createDirectory(temporary.resolve("one"));
        Path two = Files.createDirectory(temporary.resolve("two"));
        for (Path place : List.of(one, two)) {
            Path left = Files.createDirectories(place.resolve("quiver-17-dead/executor-0-0/blocks"));
            Files.writeString(left.resolve("cached_1_1.arrow"), "left over");
            Files.createFile(place.resolve("quiver-17-dead.lock"));
        }
        try (WorkingFolders folders = folders(one, two)) {
            folders.sweepLeftOvers(NOW);
            assertThat(names(one, two)).hasSize(4).noneMatch(name -> name.contains("dead"));
        }
        assertThat(names(one, two)).isEmpty();
    }
}
