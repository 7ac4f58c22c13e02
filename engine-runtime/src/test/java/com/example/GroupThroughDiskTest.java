package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.lineage.HashPartitioner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Grouping several times the memory of a task. */
class GroupThroughDiskTest extends ThroughDisk {
    private static final long ROWS = 300_000;
    private static final long KEYS = 100_000;
    private static final String PAYLOAD = "so that a row takes some bytes and two partitions ten times the memory ";

    private Keyed<Long, String> rows() {
        return session.range(0, ROWS, 1, 4).mapToPair(row -> Pair.of(row % KEYS, PAYLOAD + row));
    }

    /** Passes rows on, once it was seen that some of them lie on disk while the first comes out. */
    private static <R> Iterator<R> fromDisk(Iterator<R> rows) {
        if (rows.hasNext() && spilledFiles() == 0) {
            throw new IllegalStateException("no row was put aside");
        }
        return rows;
    }

    @Test
    void sumsOfNumbersComeOutOnceAKey() {
        List<Pair<Long, Long>> sums = session.range(0, ROWS * 4, 1, 4)
                .mapToPair(row -> Pair.of(row * 7 % (KEYS * 8), 1L))
                .reduceByKey(Long::sum, 2)
                .rows()
                .mapPartitions(GroupThroughDiskTest::fromDisk)
                .collect();
        assertThat(sums).hasSize((int) KEYS * 8);
        assertThat(sums.stream().map(Pair::key).distinct().count()).isEqualTo(KEYS * 8);
        assertThat(sums.stream().mapToLong(Pair::value).sum()).isEqualTo(ROWS * 4);
    }

    @Test
    void textsAndListsMergedByTheUserComeOutOnceAKey() {
        Keyed<Long, List<Long>> lengths = rows().combineByKey(
                        text -> new ArrayList<>(List.of((long) text.length())),
                        GroupThroughDiskTest::added,
                        GroupThroughDiskTest::put);
        assertThat(lengths.values().map(list -> (long) list.size()).reduce(Long::sum))
                .isEqualTo(ROWS);
        assertThat(lengths.count()).isEqualTo(KEYS);
        Keyed<Long, String> last = rows().reduceByKey((left, right) -> number(left) > number(right) ? left : right);
        assertThat(last.filter(row -> number(row.value()) == row.key() + 2 * KEYS)
                        .count())
                .isEqualTo(KEYS);
    }

    private static long number(String text) {
        return Long.parseLong(text.substring(PAYLOAD.length()));
    }

    private static List<Long> added(List<Long> lengths, String text) {
        lengths.add((long) text.length());
        return lengths;
    }

    private static List<Long> put(List<Long> lengths, List<Long> more) {
        lengths.addAll(more);
        return lengths;
    }

    @Test
    void valuesComeTogetherInOneList() {
        List<Long> sizes = rows().groupByKey(2)
                .rows()
                .mapPartitions(GroupThroughDiskTest::fromDisk)
                .map(group -> {
                    for (String text : group.value()) {
                        if (number(text) % KEYS != group.key()) {
                            throw new IllegalStateException(text + " came to " + group.key());
                        }
                    }
                    return (long) group.value().size();
                })
                .collect();
        assertThat(sizes).hasSize((int) KEYS).containsOnly(ROWS / KEYS);
    }

    @Test
    void distinctRowsComeOutOnceEvenWhereNothingMoves() {
        Keyed<Long, String> together = rows().partitionBy(new HashPartitioner(2));
        Keyed<Long, String> doubled = together.flatMapValues(text -> List.of(text, text));
        assertThat(doubled.count()).isEqualTo(2 * ROWS);
        assertThat(doubled.distinct().count()).isEqualTo(ROWS);
        assertThat(doubled.rows().distinct(3).count()).isEqualTo(ROWS);
        assertThat(doubled.groupByKey().count()).isEqualTo(KEYS);
        assertThat(doubled.mapValues(text -> 1L).countByKey())
                .hasSize((int) KEYS)
                .containsEntry(5L, 6L);
    }

    @Test
    void aKeyThatDoesNotFitIsNamed() {
        Keyed<String, String> skewed = session.range(0, ROWS, 1, 4)
                .mapToPair(row -> Pair.of(row % 10 == 0 ? "the hot key" : "key " + row, PAYLOAD + row));
        assertThatThrownBy(() -> skewed.groupByKey(2).count())
                .hasStackTraceContaining("groupByKey ran out of memory in partition")
                .hasStackTraceContaining("key the hot key has " + ROWS / 10 + " values, about");
        assertThat(skewed.mapValues(text -> 1L).reduceByKey(Long::sum).count()).isEqualTo(ROWS - ROWS / 10 + 1);
    }
}
