package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Executors with working folders on two disks, of which one is full, removed, or no folder at all. */
class SeveralDisksTest extends FaultTest {
    private static final Words WORDS = Words.random(300_000, 20_000);
    private static final long ROWS = 400_000;
    private static final long CACHED = 1_000_000;
    private static final long SUM = ROWS * (ROWS - 1) / 2;

    private SessionBuilder session(String master, Path... disks) {
        return session(master)
                .config(
                        "quiver.local.dir",
                        String.join(",", Stream.of(disks).map(Path::toString).toList()))
                .config("quiver.shuffle.compress", "none")
                .config("quiver.shuffle.chunk.targetBytes", "64k")
                .config("quiver.task.maxFailures", "1");
    }

    private static List<Path> files(Path disk, String kind) throws IOException {
        try (Stream<Path> all = Files.walk(disk)) {
            return all.filter(path -> path.toString().contains("/" + kind + "/") && Files.isRegularFile(path))
                    .toList();
        }
    }

    @Test
    void shuffleFilesAndCachedBlocksAreSpreadOverTheDisks() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (Session session = session("local-cluster[2,1,256]", local, other).create()) {
            Dataset<Long> cached = session.range(0, 1_000, 1, 40).persist(StorageLevel.DISK_ONLY);
            assertThat(cached.count()).isEqualTo(1_000);
            assertThat(WORDS.count(session, 16, openGate("mapping"), openGate("reducing"))
                            .collectAsMap())
                    .isEqualTo(WORDS.expected());
            for (Path disk : List.of(local, other)) {
                // Which executor wrote how many of them is chance.
                assertThat(files(disk, "blocks")).isNotEmpty();
                assertThat(files(disk, "shuffle")).isNotEmpty();
            }
            long killed = Processes.executors().get(0);
            Processes.kill(killed);
            Eventually.until("the folders of the killed executor are gone", () -> {
                try (Stream<Path> all = Stream.concat(Files.walk(local, 2), Files.walk(other, 2))) {
                    return all.filter(path -> path.getFileName().toString().matches("executor-\\d-0"))
                                    .count()
                            == 2;
                }
            });
            assertThat(cached.reduce(Long::sum)).isEqualTo(499_500);
        }
        assertThat(Processes.contents(other)).isEmpty();
    }

    @Test
    void noTaskFailsWhenOneOfTwoDisksIsFull() throws Exception {
        try (SmallDisk small = SmallDisk.mount(folder.resolve("small"))) {
            for (String master : List.of("local-cluster[2,1,256]", "local[2]")) {
                try (Session session = session(master, local, small.folder())
                        .config("quiver.memory.fraction", "0.005")
                        .create()) {
                    Gate mapping = openGate("mapping-" + master);
                    Gate computing = openGate("computing-" + master);
                    assertThat(WORDS.count(session, 4, mapping, openGate("reducing-" + master))
                                    .collectAsMap())
                            .isEqualTo(WORDS.expected());
                    assertThat(mapping.arrivals())
                            .as("map tasks under %s", master)
                            .hasSize(4);
                    Dataset<Long> cached = session.range(0, CACHED, 1, 8)
                            .mapPartitions(rows -> {
                                computing.arrive();
                                return rows;
                            })
                            .map(row -> row * 3 / 3)
                            .persist(StorageLevel.DISK_ONLY);
                    for (int pass = 0; pass < 3; pass++) {
                        assertThat(cached.reduce(Long::sum)).isEqualTo(CACHED * (CACHED - 1) / 2);
                    }
                    assertThat(computing.arrivals())
                            .as("computed under %s", master)
                            .hasSize(8);
                    assertThat(files(small.folder(), "blocks"))
                            .as("of a mebibyte each")
                            .hasSizeLessThan(3);
                    assertThat(files(local, "blocks")).hasSizeGreaterThan(5);
                    assertThat(sorted(session)).isEqualTo(ROWS);
                }
                assertThat(Processes.contents(small.folder())).isEmpty();
            }
        }
    }

    /** Sorts far more rows than a task has memory for, and counts those that are in order. */
    private static long sorted(Session session) {
        return session.range(0, ROWS, 1, 4)
                .mapToPair(row -> Pair.of(row * 0x9E3779B97F4A7C15L >>> 20, "a payload of some bytes " + row))
                .sortByKey(true, 2)
                .rows()
                .mapPartitions(SeveralDisksTest::inOrder)
                .reduce(Long::sum);
    }

    private static Iterator<Long> inOrder(Iterator<Pair<Long, String>> rows) {
        long count = 0;
        long last = Long.MIN_VALUE;
        while (rows.hasNext()) {
            Pair<Long, String> row = rows.next();
            count += row.key() >= last ? 1 : 0;
            last = row.key();
        }
        return List.of(count).iterator();
    }

    @Test
    void anExecutorWhoseFirstDiskIsFullWorksOnTheOther() throws Exception {
        try (SmallDisk small = SmallDisk.mount(folder.resolve("small"))) {
            Files.write(small.folder().resolve("of somebody else"), new byte[1_900_000]);
            try (Session session =
                    session("local-cluster[1,1,256]", small.folder(), local).create()) {
                Keyed<String, Long> counts = WORDS.count(session, 4, openGate("mapping"), openGate("reducing"));
                assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            }
        }
    }

    @Test
    void bothDisksFullFailsTheJobWithTheTypedError() throws Exception {
        try (SmallDisk one = SmallDisk.mount(folder.resolve("one"));
                SmallDisk two = SmallDisk.mount(folder.resolve("two"))) {
            try (Session session = session("local-cluster[1,1,256]", one.folder(), two.folder())
                    .config("quiver.task.maxFailures", "2")
                    .create()) {
                Keyed<String, Long> counts = Words.random(500_000, 1_000_000_000)
                        .count(session, 2, openGate("mapping"), openGate("reducing"));
                assertThat(failure(start(counts::count)))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining("failed 2 times")
                        .hasMessageContaining("of shuffle data to " + folder)
                        .hasMessageContaining("quiver.local.dir");
                assertThat(session.range(0, 100, 1, 2).count()).isEqualTo(100);
            }
            assertThat(Processes.contents(one.folder())).isEmpty();
            assertThat(Processes.contents(two.folder())).isEmpty();
        }
    }

    @Test
    void aFolderThatIsRemovedCostsWhatWasOnItAndNothingElse() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (Session session = session("local-cluster[1,1,256]", local, other)
                .config("quiver.task.maxFailures", "4")
                .create()) {
            Gate computing = openGate("computing");
            Dataset<Long> cached = session.range(0, ROWS, 1, 20)
                    .mapPartitions(rows -> {
                        computing.arrive();
                        return rows;
                    })
                    .persist(StorageLevel.DISK_ONLY);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            int lost = files(other, "blocks").size();
            assertThat(lost).isBetween(1, 19);
            try (Stream<Path> all = Files.walk(other)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
            Files.writeString(other, "no folder any more");
            for (int pass = 0; pass < 3; pass++) {
                assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            }
            assertThat(computing.arrivals()).hasSize(20 + lost);
            assertThat(WORDS.count(session, 4, openGate("mapping"), openGate("reducing"))
                            .collectAsMap())
                    .isEqualTo(WORDS.expected());
            Files.delete(other);
        }
    }
}
