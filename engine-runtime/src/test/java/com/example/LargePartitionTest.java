package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cached partitions of more than two gibibytes. Takes a minute, five gigabytes of disk and processes of up to four
 * gigabytes, so it is run with {@code -Dquiver.test.large=true} only.
 */
@EnabledIfSystemProperty(named = "quiver.test.large", matches = "true")
class LargePartitionTest {
    private static final int ROW_BYTES = 1 << 13;
    private static final long ROWS = 270_000;
    private static final long SUM = ROWS * (ROWS - 1) / 2 + ROWS * ROW_BYTES;

    @TempDir
    Path folder;

    /** One partition of 2.06 GiB. */
    private Dataset<byte[]> cached(Session session, StorageLevel level) {
        String computed = folder.resolve("computed").toString();
        return session.range(0, ROWS, 1, 1)
                .mapPartitions(rows -> {
                    Files.createTempFile(Files.createDirectories(Path.of(computed)), "time", "");
                    return rows;
                })
                .map(row -> {
                    byte[] bytes = new byte[ROW_BYTES];
                    Arrays.fill(bytes, (byte) (long) row);
                    bytes[0] = (byte) (row >> 16);
                    bytes[1] = (byte) (row >> 8);
                    return bytes;
                })
                .persist(level);
    }

    /** Adds up the numbers and the lengths of rows, each looked at from its beginning to its end. */
    private static long sum(Dataset<byte[]> rows) {
        return rows.map(bytes -> {
                    long number = (bytes[0] & 0xFFL) << 16 | (bytes[1] & 0xFF) << 8 | bytes[2] & 0xFF;
                    return Arrays.mismatch(bytes, 2, bytes.length, bytes, 3, bytes.length) == bytes.length - 3
                            ? number + bytes.length
                            : Long.MIN_VALUE;
                })
                .reduce(Long::sum);
    }

    private long computed() throws IOException {
        try (Stream<Path> times = Files.list(folder.resolve("computed"))) {
            return times.count();
        }
    }

    @Test
    void isReadBackFromDiskByItsOwnerAndByAnother() throws Exception {
        for (String files : List.of("true", "false")) {
            try (Session session = Session.builder()
                    .master("local-cluster[2,1,700]")
                    .config("quiver.local.dir", folder.resolve("local").toString())
                    .config("quiver.locality.wait", "0s")
                    .config("quiver.block.readHostLocalDisk", files)
                    .create()) {
                long before = Files.exists(folder.resolve("computed")) ? computed() : 0;
                Dataset<byte[]> cached = cached(session, StorageLevel.DISK_ONLY);
                assertThat(sum(cached)).isEqualTo(SUM);
                assertThat(sum(cached)).isEqualTo(SUM);
                long holder = holder(cached);
                Path gate = folder.resolve("gate-" + files);
                Thread blocking = occupy(session, holder, gate);
                assertThat(holder(cached))
                        .as("who reads it while its holder is busy")
                        .isNotEqualTo(holder);
                assertThat(sum(cached)).isEqualTo(SUM);
                Files.createFile(gate);
                blocking.join();
                assertThat(computed() - before).isEqualTo(1);
            }
        }
    }

    /** The process in which a task reads it. */
    private static long holder(Dataset<byte[]> cached) {
        return cached.mapPartitions(
                        rows -> List.of(ProcessHandle.current().pid()).iterator())
                .collect()
                .get(0);
    }

    /** Keeps the slot of an executor busy until a file is there. */
    private Thread occupy(Session session, long process, Path gate) throws Exception {
        Path inside = folder.resolve(gate.getFileName() + "-inside");
        String open = gate.toString();
        String arrived = inside.toString();
        Thread thread = new Thread(() -> session.range(0, 2, 1, 2)
                .map(row -> {
                    if (ProcessHandle.current().pid() == process) {
                        Files.createFile(Path.of(arrived));
                    }
                    while (ProcessHandle.current().pid() == process
                            ? !Files.exists(Path.of(open))
                            : !Files.exists(Path.of(arrived))) {
                        LockSupport.parkNanos(5_000_000);
                    }
                    return row;
                })
                .count());
        thread.start();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(inside)) {
            assertThat(System.nanoTime()).as("the executor is busy").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
        return thread;
    }

    @Test
    void isKeptInMemoryOrGoesToDiskWhereItDoesNotFit() throws Exception {
        for (String master : List.of("local-cluster[1,1,4000]", "local-cluster[1,1,2000]")) {
            try (Session session = Session.builder()
                    .master(master)
                    .config("quiver.local.dir", folder.resolve("local").toString())
                    .create()) {
                long before = Files.exists(folder.resolve("computed")) ? computed() : 0;
                Dataset<byte[]> cached = cached(session, StorageLevel.MEMORY_AND_DISK);
                for (int pass = 0; pass < 3; pass++) {
                    assertThat(sum(cached)).as(master).isEqualTo(SUM);
                }
                assertThat(computed() - before).isEqualTo(1);
            }
        }
    }
}
