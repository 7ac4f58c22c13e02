package dev.quiver.exec.spill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.shape.Shape;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Estimates are held against what the JVM says that making such rows allocates. */
class RowSizesTest {
    private static final int ROWS = 2000;

    private record Point(int x, double y, String name) {}

    private record Boxed(Long number, List<Integer> numbers) {}

    private static final class Plain {
        final long number;
        final String text;
        final int[] numbers = new int[6];

        Plain(long number, String text) {
            this.number = number;
            this.text = text;
        }
    }

    private final ClassLoader loader = RowSizesTest.class.getClassLoader();
    private final KryoValueSerializer serializer = new KryoValueSerializer(loader);

    @Test
    void rowsAreCountedAsTheJvmLaysThemOut() {
        within(0.05, row -> Pair.of(1000L + row, 1e6 + row));
        within(0.05, row -> Pair.of(1000 + row, (short) (1000 + row)));
        within(0.05, row -> Pair.of(new byte[10], new byte[90]));
        within(0.05, row -> Pair.of(Instant.ofEpochSecond(row, 1), LocalDate.ofEpochDay(row)));
        within(0.05, row -> Pair.of("a".repeat(row % 50), new long[row % 7]));
        within(0.05, row -> new Point(row, row, "a".repeat(20)));
        within(0.1, row -> new Boxed(1000L + row, Arrays.asList(1000 + row, 2000 + row)));
        within(0.05, row -> Pair.of(Optional.of(1000L + row), new Object[] {1000L + row, new int[3], null}));
    }

    @Test
    void whatOnlyTheSerializerKnowsIsCountedAboutRight() {
        // The class's name is written with each value, and small values are mostly that.
        between(0.5, 3, row -> new Plain(row * 1_000_003L, "a".repeat(16)));
        between(0.5, 2, row -> {
            Map<String, Long> map = new HashMap<>();
            for (int entry = 0; entry < 10; entry++) {
                map.put("a".repeat(entry), 1000L + entry);
            }
            return map;
        });
    }

    private void within(double part, IntFunction<Object> row) {
        between(1 - part, 1 + part, row);
    }

    private void between(double least, double most, IntFunction<Object> row) {
        long estimate = 0;
        double allocated = 0;
        for (int round = 0; round < 2; round++) {
            Object[] rows = new Object[ROWS];
            long before = allocatedBytes();
            for (int index = 0; index < ROWS; index++) {
                rows[index] = row.apply(index);
            }
            allocated = allocatedBytes() - before;
            estimate = new RowSizes(serializer, loader).of(rows, ROWS);
        }
        assertThat(estimate / allocated)
                .as("estimate of rows like " + row.apply(1) + " to what they allocate")
                .isBetween(least, most);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void columnsTellWhatTheirRowsTake() {
        agree(row -> Pair.of(1000L + row, 1e6 + row));
        agree(row -> Pair.of(row % 3 == 0 ? null : "key " + row, row % 2 == 0 ? null : 1000 + row));
        agree(row -> Pair.of(new byte[row % 100], Text.of("text " + row)));
        agree(row -> new Point(row, row, "p" + row));
        agree(row -> new Boxed(1000L + row, List.of(1000 + row, 2000 + row)));
        agree(row -> Pair.of(Optional.of(1000L + row), new int[row % 9]));
        agree(row -> Pair.of(row % 4 == 0 ? Optional.empty() : Optional.of("o"), Thread.State.values()[row % 3]));
        agree(row -> Pair.of(LocalDateTime.of(2026, 1, 1 + row % 28, 0, 0), Instant.ofEpochSecond(row)));
    }

    @Test
    void opaqueColumnsTellTheSizeOfTheirRowsRoughly() {
        agree(0.4, 2.5, row -> new Plain(row * 1_000_003L, "some text of " + row));
        agree(0.4, 2.5, row -> Pair.of(row, row % 2 == 0 ? (Object) "mixed" : 5L));
        agree(0.4, 2.5, row -> Map.of("key " + row, (long) row, "other " + row, 7L));
    }

    private void agree(IntFunction<Object> row) {
        agree(0.75, 1.35, row);
    }

    private void agree(double least, double most, IntFunction<Object> row) {
        Object[] rows = new Object[ROWS];
        Arrays.setAll(rows, row);
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
        Arrays.asList(rows).forEach(builder::append);
        ColumnBatch batch = builder.seal();
        RowSizes sizes = new RowSizes(serializer, loader);
        assertThat((double) sizes.ofRows(batch) / sizes.of(rows, ROWS))
                .as("estimate from " + batch + " to the one from its rows")
                .isBetween(least, most);
    }

    @Test
    void aFewLargeRowsAreNotMissed() {
        Object[] rows = new Object[ROWS];
        Arrays.setAll(rows, row -> Pair.of(row, row == 1234 ? new byte[10_000_000] : new byte[0]));
        assertThat(new RowSizes(serializer, loader).of(rows, ROWS)).isGreaterThan(10_000_000);
    }

    @Test
    void longListsAreJudgedByTheirBeginning() {
        List<Long> numbers = new ArrayList<>();
        for (long number = 0; number < 1_000_000; number++) {
            numbers.add(number);
        }
        assertThat(new RowSizes(serializer, loader).of(numbers)).isBetween(27_000_000L, 29_000_000L);
    }

    @Test
    void whatHoldsItselfOrCannotBeWrittenHasSomeSize() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        RowSizes sizes = new RowSizes(serializer, loader);
        assertThat(sizes.of(self)).isBetween(50L, 10_000L);
        assertThat(sizes.of(Thread.currentThread())).isPositive();
        assertThat(sizes.of((Object) null)).isZero();
    }
}
