package dev.quiver.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private Session session;

    /** No record: travels as the bytes of a serializer. */
    static final class Plain implements Comparable<Plain> {
        final long number;

        Plain(long number) {
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Plain plain && plain.number == number;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }

        @Override
        public int compareTo(Plain other) {
            return Long.compare(number, other.number);
        }
    }

    static Object plain(long row) {
        return new Plain(row % 10);
    }

    static Object mixed(long row) {
        return row % 2 == 0 ? "even" : row % 3 == 0 ? new Plain(3) : (Object) row;
    }

    static Pair<Integer, Long> byDigit(Long row) {
        return Pair.of((int) (row % 10), row);
    }

    @BeforeEach
    void open() {
        session = Session.builder().master("local[2]").create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void saysWhatWasCompiledOnceAJobRan() {
        Keyed<Integer, Long> sums =
                session.range(100_000).mapToPair(ExplainTest::byDigit).reduceByKey(Long::sum);
        assertThat(sums.explanation())
                .contains("one loop: mapToPair at ", "by a hash kernel over columns\n")
                .doesNotContain("compiled in this process");
        assertThat(sums.count()).isEqualTo(10);
        assertThat(sums.explanation()).contains("compiled in this process: from a range to columns of (int, long)");
    }

    @Test
    void aTypeThatCannotBeInferredIsDecidedByTheRowsAndMayTurnOutOpaque() {
        Keyed<Object, Long> sums = session.range(100_000)
                .map(row -> plain(row))
                .keyBy(plain -> plain)
                .mapValues(plain -> 1L)
                .reduceByKey(Long::sum);
        assertThat(sums.explanation())
                .contains("by first rows, because the lambda returns java.lang.Object")
                .contains("by a hash kernel over columns if the first rows are of a kind that it knows");
        assertThat(sums.collect()).hasSize(10).allMatch(pair -> pair.value() == 10_000L);
        assertThat(sums.explanation()).contains("compiled in this process: from a range to objects");
    }

    @Test
    void rowsOfSeveralTypesInOneDatasetWork() {
        Dataset<Object> rows = session.range(60_000).map(row -> mixed(row));
        Keyed<Object, Integer> ones = rows.mapToPair(row -> Pair.of(row instanceof Long ? "long" : row, 1));
        assertThat(ones.reduceByKey(Integer::sum).collect())
                .containsExactlyInAnyOrder(
                        Pair.of("even", 30_000), Pair.of(new Plain(3), 10_000), Pair.of("long", 20_000));
        assertThat(rows.cache().count()).isEqualTo(60_000);
        assertThat(rows.filter(row -> row instanceof Plain).count()).isEqualTo(10_000);
    }

    @Test
    void keysOfSeveralTypesThatHaveNoOrderFailNamingBoth() {
        Keyed<Object, Long> rows =
                session.parallelize(List.<Object>of(1L, "two", 3L, "four"), 2).mapToPair(row -> Pair.of(row, 1L));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> rows.sortByKey().collect()))
                .hasStackTraceContaining("java.lang.Long")
                .hasStackTraceContaining("java.lang.String");
    }
}
