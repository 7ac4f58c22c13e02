package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.function.RowComparator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sorting several times the memory of a task. */
class SortThroughDiskTest extends ThroughDisk {
    private static final long ROWS = 200_000;
    private static final String PAYLOAD = "so that a row takes some bytes and two partitions ten times the memory ";

    private Keyed<Long, String> rows() {
        return session.range(0, ROWS, 1, 4).mapToPair(row -> Pair.of(scattered(row), PAYLOAD + row));
    }

    private static long scattered(long row) {
        return row * 0x9E3779B97F4A7C15L >>> 20;
    }

    @Test
    void columnsComeOutInOrderAndWhole() {
        check(
                rows().sortByKey(true, 2)
                        .rows()
                        .mapPartitions(SortThroughDiskTest::seen)
                        .collect(),
                1);
    }

    @Test
    void objectsComeOutInTheOrderOfAUser() {
        RowComparator<Long> backwards = (left, right) -> Long.compare(right, left);
        check(
                rows().sortByKey(backwards, true, 2)
                        .rows()
                        .mapPartitions(SortThroughDiskTest::seen)
                        .collect(),
                -1);
    }

    /** What a task saw of its partition. */
    private record Seen(List<Long> keys, long files) {}

    private static Iterator<Seen> seen(Iterator<Pair<Long, String>> rows) {
        List<Long> keys = new ArrayList<>();
        long files = 0;
        while (rows.hasNext()) {
            Pair<Long, String> row = rows.next();
            if (keys.isEmpty()) {
                files = spilledFiles();
            }
            long number = Long.parseLong(row.value().substring(PAYLOAD.length()));
            assertThat(row.key()).as("key of row " + number).isEqualTo(scattered(number));
            keys.add(row.key());
        }
        return List.of(new Seen(keys, files)).iterator();
    }

    private static void check(List<Seen> parts, int direction) {
        List<Long> keys = new ArrayList<>();
        parts.forEach(part -> keys.addAll(part.keys));
        List<Long> expected = new ArrayList<>();
        for (long row = 0; row < ROWS; row++) {
            expected.add(scattered(row));
        }
        expected.sort((left, right) -> direction * left.compareTo(right));
        assertThat(keys.equals(expected)).as("rows in order, each once").isTrue();
        assertThat(parts)
                .allSatisfy(part -> assertThat(part.files)
                        .as("files of runs while they are merged")
                        .isGreaterThan(3));
    }

    @Test
    void aTaskThatFailsAmongSpilledRowsLeavesNoFile() {
        assertThatThrownBy(() -> rows().sortByKey(true, 1)
                        .rows()
                        .map(row -> {
                            if (row.value().endsWith("77777")) {
                                throw new IllegalStateException("row 77777");
                            }
                            return row;
                        })
                        .count())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("row 77777");
    }
}
