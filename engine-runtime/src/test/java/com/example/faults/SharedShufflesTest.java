package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.UsageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Map outputs in a folder that outlives executors. */
class SharedShufflesTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final Words WORDS = Words.random(300_000, 5_000);

    private Path shared;

    @BeforeEach
    void makeSharedFolder() throws Exception {
        shared = Files.createDirectory(folder.resolve("shared"));
    }

    @AfterEach
    void nothingIsShared() throws Exception {
        assertThat(Processes.contents(shared)).as("shared files that are left").isEmpty();
    }

    private SessionBuilder sharing(String master) {
        return session(master)
                .config("quiver.shuffle.storage", "shared")
                .config("quiver.shuffle.storage.dir", shared.toString());
    }

    @Test
    void runsNoMapTaskAgainWhenAllExecutorsAreKilledAfterTheMapStage() throws Exception {
        try (Session session = sharing(TWO).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = gate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, 4, mapping, reducing).collectAsMap());
            Set<Long> before = reducing.awaitProcesses(2);
            before.forEach(Processes::kill);
            Processes.awaitEnd(before);
            reducing.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(reducing.processes()).as("new executors reduced").hasSizeGreaterThan(2);
            assertThat(mapping.arrivals()).as("map tasks").hasSize(4);
        }
    }

    @Test
    void writesOnlyTheMapOutputAgainWhoseFileWasDamaged() throws Exception {
        try (Session session = sharing(TWO).create()) {
            Gate mapping = openGate("mapping");
            Keyed<String, Long> counts = WORDS.count(session, 4, mapping, openGate("reducing"));
            assertThat(counts.explanation())
                    .as("executors fetch nothing from one another")
                    .doesNotContain("fetched together");
            assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            List<Path> segments = files(".arrow");
            assertThat(segments).hasSize(4);
            try (RandomAccessFile bytes = new RandomAccessFile(segments.get(2).toFile(), "rw")) {
                bytes.seek(bytes.length() / 2);
                int old = bytes.read();
                bytes.seek(bytes.length() / 2);
                bytes.write(old ^ 0x10);
            }
            assertThat(result(start(counts::collectAsMap))).isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals()).as("map tasks, one of them twice").hasSize(5);
        }
    }

    private List<Path> files(String end) throws IOException {
        return files(shared, end);
    }

    /** The files of map outputs in a folder. */
    private static List<Path> files(Path folder, String end) throws IOException {
        while (true) {
            try (Stream<Path> all = Files.walk(folder)) {
                return all.filter(path -> path.toString().contains("/map-"))
                        .filter(path -> path.toString().endsWith(end) && Files.isRegularFile(path))
                        .sorted()
                        .toList();
            } catch (UncheckedIOException deletedMeanwhile) {
                // A folder went while it was looked into; look again.
                continue;
            }
        }
    }

    @Test
    void worksInOneProcessAndDeletesTheFilesOfAShuffleThatNobodyReaches() throws Exception {
        try (Session session = sharing("local[2]").create()) {
            countOnce(session);
            assertThat(files("index")).hasSize(4);
            Eventually.until("the dataset is collected and its files deleted", () -> {
                System.gc();
                return files("index").isEmpty();
            });
        }
    }

    /** In a method of its own, so that nothing on the stack holds the dataset afterwards. */
    private void countOnce(Session session) throws Exception {
        assertThat(WORDS.count(session, 4, openGate("mapping"), openGate("reducing"))
                        .collectAsMap())
                .isEqualTo(WORDS.expected());
    }

    @Test
    void theNextSessionSweepsWhatAKilledDriverShared() throws Exception {
        Gate reducing = gate("reducing");
        Process driver = LostDriverTest.startDriver(
                folder,
                List.of(
                        local.toString(),
                        openGate("mapping").folder(),
                        reducing.folder(),
                        "quiver.shuffle.storage=shared",
                        "quiver.shuffle.storage.dir=" + shared));
        Set<Long> executors;
        try {
            executors = reducing.awaitProcesses(2);
            assertThat(files("index")).hasSize(2);
            try (Session session = sharing("local[1]").create()) {
                assertThat(session.range(0, 10).count()).isEqualTo(10);
            }
            assertThat(files("index")).as("of a driver that lives").hasSize(2);
        } finally {
            driver.destroyForcibly().waitFor();
        }
        Processes.awaitEnd(executors);
        assertThat(files("index")).as("nobody has swept yet").hasSize(2);
        try (Session session = sharing("local[1]").create()) {
            // What is left are the folder of this session and its lock.
            Eventually.until(
                    "the session has swept", () -> Processes.contents(shared).size() <= 2);
            assertThat(files("index")).isEmpty();
            assertThat(session.range(0, 10).count()).isEqualTo(10);
            Eventually.until(
                    "the local folder is swept, too",
                    () -> Processes.contents(local).stream().allMatch(LostDriverTest::isOfThisProcess));
        }
    }

    @Test
    void namesTheSharedFolderWhenItsDiskIsFullAndLeavesNothingThere() throws Exception {
        try (SmallDisk small = SmallDisk.mount(folder.resolve("small"))) {
            try (Session session = session("local-cluster[1,1,128]")
                    .config("quiver.shuffle.storage", "shared")
                    .config("quiver.shuffle.storage.dir", small.folder().toString())
                    .config("quiver.task.maxFailures", "2")
                    .config("quiver.shuffle.chunk.targetBytes", "64k")
                    .config("quiver.shuffle.compress", "none")
                    .create()) {
                Keyed<String, Long> counts = Words.random(300_000, 1_000_000_000)
                        .count(session, 2, openGate("mapping"), openGate("reducing"));
                assertThat(failure(start(counts::count)))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining("failed 2 times")
                        .hasMessageContaining("of shuffle data to " + small.folder())
                        .hasMessageContaining("quiver.shuffle.storage.dir");
                assertThat(files(small.folder(), ""))
                        .as("files of attempts that failed")
                        .isEmpty();
                assertThat(session.range(0, 100, 1, 2).count()).isEqualTo(100);
            }
            assertThat(Processes.contents(small.folder())).isEmpty();
        }
    }

    @Test
    void refusesToStartWithoutAFolder() {
        assertThatThrownBy(() -> session("local[1]")
                        .config("quiver.shuffle.storage", "shared")
                        .create())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.shuffle.storage.dir");
        assertThatThrownBy(() -> session("local[1]")
                        .config("quiver.shuffle.storage", "shared")
                        .config("quiver.shuffle.storage.dir", "/proc/no/such/place")
                        .create())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("/proc/no/such/place")
                .hasMessageContaining("quiver.shuffle.storage.dir");
    }
}
