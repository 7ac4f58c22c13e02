package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dataset of four times the memory of all executors together, at each level that has a name, over processes. */
class EveryLevelAcrossProcessesTest {
    private static final long MEBIBYTE = 1L << 20;
    private static final int EXECUTORS = 2;
    private static final int PARTITIONS = 32;

    /** A twentieth of what 160 MiB are above the 80 MiB that are reserved. */
    private static final long MEMORY = EXECUTORS * 4 * MEBIBYTE;

    private static final int ROWS = (int) (4 * MEMORY / 64);

    private static final List<String> LEVELS = List.of(
            "NONE",
            "MEMORY_ONLY",
            "MEMORY_ONLY_SER",
            "MEMORY_ONLY_2",
            "MEMORY_ONLY_SER_2",
            "MEMORY_AND_DISK",
            "MEMORY_AND_DISK_SER",
            "MEMORY_AND_DISK_2",
            "MEMORY_AND_DISK_SER_2",
            "DISK_ONLY",
            "DISK_ONLY_2",
            "DISK_ONLY_3",
            "OFF_HEAP");

    @TempDir
    Path folder;

    @AfterEach
    void noFileIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.toList()).isEmpty();
        }
    }

    /** Eight numbers, so 64 bytes, no two rows alike. */
    record Row(long a, long b, long c, long d, long e, long f, long g, long h) implements Serializable {
        static Row of(long row) {
            return new Row(row, row * 3, row ^ 0x5555, -row, row << 20, row * row, ~row, row % 7);
        }

        /** Changes with each number and with its place. */
        long checksum() {
            long sum = a;
            for (long number : new long[] {b, c, d, e, f, g, h}) {
                sum = (sum ^ sum >>> 29) * 0x9E3779B97F4A7C15L + number;
            }
            return sum;
        }
    }

    @Test
    void readsBackEqualTwiceAndSaysWhereItIsAndWhatWasComputedAgain() {
        long expected =
                LongStream.range(0, ROWS).map(row -> Row.of(row).checksum()).sum();
        try (Session session = Session.builder()
                .master("local-cluster[" + EXECUTORS + ",1,160]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.memory.reserved", "80m")
                .config("quiver.memory.fraction", "0.05")
                .create()) {
            for (String name : LEVELS) {
                StorageLevel level = StorageLevel.valueOf(name);
                Accumulator<Long> computed = session.longAccumulator("computed");
                Dataset<Row> rows = session.range(0, ROWS, 1, PARTITIONS)
                        .map(row -> {
                            computed.add(1L);
                            return Row.of(row);
                        })
                        .persist(level);
                for (int pass = 1; pass <= 2; pass++) {
                    assertThat(rows.map(Row::checksum).reduce(Long::sum))
                            .as("%s, pass %d", name, pass)
                            .isEqualTo(expected);
                }
                assertStored(name, level, session.storage(), computed.value());
                rows.unpersist();
                assertThat(session.storage()).as(name).isEmpty();
            }
        }
    }

    private static void assertStored(String name, StorageLevel level, List<StoredDataset> storage, long computed) {
        if (level == StorageLevel.NONE) {
            assertThat(storage).isEmpty();
            assertThat(computed).as(name).isEqualTo(2L * ROWS);
            return;
        }
        assertThat(storage).as(name).hasSize(1);
        StoredDataset stored = storage.get(0);
        assertThat(stored.level()).isEqualTo(level);
        assertThat(stored.partitions()).isEqualTo(PARTITIONS);
        assertThat(stored.memoryBytes()).as("%s", stored).isBetween(level.usesMemory() ? 1L : 0, MEMORY);
        if (level.usesDisk()) {
            assertThat(computed).as("computed at %s", name).isEqualTo(ROWS);
            assertThat(stored.stored()).as("%s", stored).isEqualTo(PARTITIONS);
            assertThat(stored.memoryBytes() + stored.diskBytes())
                    .as("%s", stored)
                    .isGreaterThanOrEqualTo(ROWS * 64L);
        } else {
            assertThat(computed).as("computed at %s", name).isBetween(ROWS + 1L, 2L * ROWS);
            assertThat(stored.stored()).as("%s", stored).isBetween(1, PARTITIONS - 1);
            assertThat(stored.diskBytes()).as("%s", stored).isZero();
        }
    }
}
