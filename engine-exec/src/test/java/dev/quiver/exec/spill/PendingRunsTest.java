package dev.quiver.exec.spill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.pipeline.FakeSpill;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingRunsTest {
    private static final long SEED = 77;
    private static final ClassLoader LOADER = PendingRunsTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);

    private final Random random = new Random(SEED);
    private int open;

    @Test
    void everyPairComesOnceHoweverOftenRunsAreDealtOutAgain() throws Exception {
        List<Pair<Object, Object>> rows = new ArrayList<>();
        for (int row = 0; row < 20_000; row++) {
            rows.add(Pair.of(key(), (long) row));
        }
        PendingRuns pending = new PendingRuns();
        pending.add(dealt(rows, 0));
        List<Long> found = new ArrayList<>();
        Map<Object, Integer> runOfKey = new HashMap<>();
        int runs = 0;
        for (PendingRuns.Run run = pending.next(); run != null; run = pending.next()) {
            List<Pair<Object, Object>> read = read(run.read(0));
            assertThat(read).as("seed %d", SEED).hasSize((int) run.rows(0));
            if (read.size() > 100 && run.canPart()) {
                pending.add(dealt(read, run.nextLevel()));
                continue;
            }
            for (Pair<Object, Object> pair : read) {
                found.add((Long) pair.value());
                assertThat(runOfKey.merge(name(pair.key()), runs, (before, now) -> before))
                        .as("seed %d: equal keys are in one run", SEED)
                        .isEqualTo(runs);
            }
            runs++;
        }
        found.sort(Comparator.naturalOrder());
        assertThat(found)
                .as("seed %d", SEED)
                .isEqualTo(rows.stream().map(Pair::value).toList());
        assertThat(runs).isGreaterThan(SpilledKeys.RUNS);
        assertThat(open).as("files left open").isZero();
    }

    private Object key() {
        return switch (random.nextInt(5)) {
            case 0 -> (long) random.nextInt(3000);
            case 1 -> "key " + random.nextInt(3000);
            case 2 -> null;
            case 3 -> List.of(random.nextInt(3000));
            default -> new SameHash(random.nextInt(40));
        };
    }

    private static Object name(Object key) {
        return key == null ? "null" : key;
    }

    @Test
    void keysOfOneHashAreNotDealtOutAgain() throws Exception {
        PendingRuns pending = new PendingRuns();
        List<Pair<Object, Object>> rows = new ArrayList<>();
        for (int row = 0; row < 100; row++) {
            rows.add(Pair.of(new SameHash(row), 1L));
        }
        pending.add(dealt(rows, 0));
        assertThat(pending.next().canPart()).isFalse();
        pending.close();
        rows.add(Pair.of(SameHash.HASH + 1, 1L));
        for (int level = 0; level < SpilledKeys.LEVELS; level++) {
            pending.add(dealt(rows, level));
            boolean together = true;
            for (PendingRuns.Run run = pending.next(); run != null; run = pending.next()) {
                together &= run.rows(0) == 101;
                assertThat(run.canPart()).isEqualTo(run.rows(0) == 101 && level < SpilledKeys.LEVELS - 1);
            }
            assertThat(level == SpilledKeys.LEVELS - 1 && together).isFalse();
        }
        assertThat(open).as("files left open").isZero();
    }

    @Test
    void severalInputsAreOneRunAndPartIfTheirHashesDiffer() throws Exception {
        PendingRuns pending = new PendingRuns();
        pending.add(dealt(List.of(Pair.of(5L, 1L)), 0), dealt(List.of(), 0), dealt(List.of(Pair.of(5L, 2L)), 0));
        PendingRuns.Run run = pending.next();
        assertThat(read(run.read(0))).hasSize(1);
        assertThat(read(run.read(1))).isEmpty();
        assertThat(read(run.read(2))).hasSize(1);
        assertThat(run.canPart()).isFalse();
        assertThat(pending.next()).isNull();
        List<Pair<Object, Object>> numbers = new ArrayList<>();
        for (long number = 0; number < 1000; number++) {
            numbers.add(Pair.of(number, number));
        }
        pending.add(dealt(numbers, 0), dealt(numbers, 0));
        assertThat(pending.next().canPart()).isTrue();
        pending.close();
        assertThat(open).as("files left open").isZero();
    }

    private SpilledKeys dealt(List<Pair<Object, Object>> rows, int level) throws Exception {
        open++;
        SpilledKeys keys = new SpilledKeys(
                new FakeSpill(new TaskCounters(), () -> open--), level, 1 << random.nextInt(20), SERIALIZER, LOADER);
        int at = 0;
        while (at < rows.size()) {
            int to = Math.min(rows.size(), at + 1 + random.nextInt(2000));
            if (random.nextBoolean()) {
                BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
                rows.subList(at, to).forEach(builder::append);
                keys.accept(builder.seal());
            } else {
                for (Object pair : rows.subList(at, to)) {
                    keys.add(pair);
                }
            }
            at = to;
        }
        keys.flush();
        return keys;
    }

    @SuppressWarnings("unchecked")
    private static List<Pair<Object, Object>> read(BatchSource source) throws Exception {
        List<Pair<Object, Object>> rows = new ArrayList<>();
        try (source) {
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                RowReader reader = new RowReader(batch, SERIALIZER, LOADER);
                for (int row = 0; row < batch.rows(); row++) {
                    rows.add((Pair<Object, Object>) reader.row(row));
                }
            }
        }
        return rows;
    }

    /** A key whose hash says nothing. */
    record SameHash(int number) {
        private static final int HASH = 4711;

        @Override
        public int hashCode() {
            return HASH;
        }
    }
}
