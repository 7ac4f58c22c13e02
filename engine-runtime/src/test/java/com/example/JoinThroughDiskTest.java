package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Joins of several times the memory of a task. */
class JoinThroughDiskTest extends ThroughDisk {
    private static final long ROWS = 120_000;
    private static final String PAYLOAD = "so that a row takes some bytes and two partitions many times the memory ";

    private Keyed<Long, String> rows(long first) {
        return session.range(first, first + ROWS, 1, 4).mapToPair(row -> Pair.of(row * 7, PAYLOAD + row));
    }

    /** What a task saw of its partition: rows with both sides, with the left one alone, with the right one alone. */
    private record Seen(long both, long left, long right, long sum, long files) {}

    private static Iterator<Seen> seen(Iterator<Pair<Long, Pair<Optional<String>, Optional<String>>>> rows) {
        long[] counts = new long[4];
        long sum = 0;
        long files = 0;
        while (rows.hasNext()) {
            Pair<Long, Pair<Optional<String>, Optional<String>>> row = rows.next();
            files = Math.max(files, sum == 0 ? spilledFiles() : 0);
            Optional<String> left = row.value().key();
            Optional<String> right = row.value().value();
            String expected = PAYLOAD + row.key() / 7;
            assertThat(left.orElse(expected).equals(expected)
                            && right.orElse(expected).equals(expected))
                    .as("values of key " + row.key())
                    .isTrue();
            counts[(left.isPresent() ? 1 : 0) + (right.isPresent() ? 2 : 0)]++;
            sum += row.key();
        }
        assertThat(counts[0]).isZero();
        return List.of(new Seen(counts[3], counts[1], counts[2], sum, files)).iterator();
    }

    @Test
    void everyKeyMeetsItsLikeAndOthersComeAlone() {
        List<Seen> parts = rows(0).fullOuterJoin(rows(ROWS / 3))
                .rows()
                .mapPartitions(JoinThroughDiskTest::seen)
                .collect();
        long keys = ROWS + ROWS / 3;
        assertThat(parts.stream().mapToLong(Seen::both).sum()).isEqualTo(ROWS - ROWS / 3);
        assertThat(parts.stream().mapToLong(Seen::left).sum()).isEqualTo(ROWS / 3);
        assertThat(parts.stream().mapToLong(Seen::right).sum()).isEqualTo(ROWS / 3);
        assertThat(parts.stream().mapToLong(Seen::sum).sum()).isEqualTo(7 * keys * (keys - 1) / 2);
        assertThat(parts).allSatisfy(part -> assertThat(part.files).isPositive());
    }

    @Test
    void aKeyFrequentOnBothSidesIsJoined() {
        Keyed<Long, Long> left = session.range(0, ROWS, 1, 2).mapToPair(row -> Pair.of(row < 60_000 ? 5L : row, row));
        Keyed<Long, Long> right = session.range(0, ROWS, 1, 2).mapToPair(row -> Pair.of(row < 90_000 ? 5L : row, row));
        Keyed<Long, String> wide = right.mapValues(row -> PAYLOAD + row);
        assertThat(left.filter(row -> row.key() != 5 || row.value() % 400 == 0)
                        .join(wide, 2)
                        .rows()
                        .count())
                .isEqualTo(60_000 / 400 * 90_000L + 30_000);
    }

    @Test
    void groupsOfSeveralInputsAreWhole() {
        long values = rows(0).mapValues(String::length)
                .cogroup(Keyed.of(rows(0).rows().union(rows(0).rows())), 2)
                .values()
                .map(lists -> {
                    assertThat(lists.key()).hasSize(1);
                    assertThat(lists.value()).hasSize(2);
                    assertThat(lists.value().get(0).length())
                            .isEqualTo(lists.key().get(0));
                    return 1L;
                })
                .reduce(Long::sum);
        assertThat(values).isEqualTo(ROWS);
    }

    @Test
    void aKeyWhoseValuesDoNotFitIsNamed() {
        assertThatThrownBy(() -> rows(0).cogroup(
                                rows(0).rows().mapToPair(pair -> Pair.of(pair.key() % 14, pair.value())), 2)
                        .rows()
                        .count())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("cogroup ran out of memory")
                .hasMessageMatching("(?s).*key (0|7) has 60000 values in input 2, about .* as objects.*");
    }
}
