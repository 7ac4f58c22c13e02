package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Equal keys go to one run, whatever way they come: in columns of their kind, in mixed ones, or as objects. */
class SpilledKeysRunsTest {
    private record Point(int x, String name) {}

    private record Shift(DayOfWeek day, int hour) {}

    private record Tagged(List<String> tags, Point point) {}

    private static final List<Function<Random, Object>> KEYS = List.of(
            random -> (long) random.nextInt(50),
            random -> random.nextInt(50) - 25,
            random -> (short) random.nextInt(20),
            random -> (byte) random.nextInt(20),
            random -> (char) ('a' + random.nextInt(20)),
            random -> random.nextBoolean(),
            random -> random.nextBoolean() ? 0.0 : random.nextBoolean() ? -0.0 : Double.NaN,
            random -> random.nextBoolean() ? 1.5f : Float.NaN,
            random -> "text " + random.nextInt(50) + (random.nextBoolean() ? "\u00E4\uD83D\uDE00" : ""),
            random -> "\uD800" + random.nextInt(3),
            random -> Text.of("slice " + random.nextInt(50)),
            random -> DayOfWeek.of(1 + random.nextInt(7)),
            random -> new Point(random.nextInt(9), random.nextInt(4) == 0 ? null : "p" + random.nextInt(5)),
            random -> new Shift(DayOfWeek.of(1 + random.nextInt(7)), random.nextInt(3)),
            random -> new Tagged(List.of("t" + random.nextInt(5)), new Point(random.nextInt(3), "q")),
            random -> Pair.of((long) random.nextInt(5), DayOfWeek.of(1 + random.nextInt(7))),
            random -> Pair.of(random.nextInt(3) == 0 ? null : "k" + random.nextInt(5), 2.0),
            random -> LocalDate.ofEpochDay(random.nextInt(30)),
            random -> Instant.ofEpochSecond(random.nextInt(30), 7),
            random -> List.of(random.nextInt(4), "in a list"),
            random -> Optional.of(DayOfWeek.of(1 + random.nextInt(7))),
            random -> Map.of("day", DayOfWeek.of(1 + random.nextInt(7))),
            random -> null);

    private static final List<Function<Random, Object>> VALUES = List.of(
            random -> random.nextLong(),
            random -> random.nextInt(3) == 0 ? null : "v" + random.nextInt(9),
            random -> List.of("of", "a list", "" + random.nextInt(9)),
            random -> random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(9)),
            random -> new int[] {random.nextInt()},
            random -> random.nextBoolean() ? (Object) 3 : "mixed");

    private final ClassLoader loader = getClass().getClassLoader();
    private final ValueSerializer serializer = new KryoValueSerializer(loader);

    @Test
    void equalKeysGoToOneRunHoweverTheyCome() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int level = random.nextInt(SpilledKeys.LEVELS);
            Map<Object, Integer> runs = new HashMap<>();
            Map<Object, Integer> counts = new HashMap<>();
            for (int side = 0; side < 2; side++) {
                FakeSpill file = new FakeSpill(new TaskCounters(), () -> {});
                SpilledKeys spilled = new SpilledKeys(file, level, random.nextInt(3) * 2000L, serializer, loader);
                int given = 0;
                for (int batch = 0; batch < 12; batch++) {
                    List<Object> rows = rows(random);
                    given += rows.size();
                    put(rows, random, spilled);
                    rows.forEach(row -> counts.merge(Stages.key(row), 1, Integer::sum));
                }
                spilled.flush();
                int found = 0;
                for (int run = 0; run < SpilledKeys.RUNS; run++) {
                    for (Object row : read(spilled, run)) {
                        found++;
                        Object key = Stages.key(row);
                        assertThat(runs.putIfAbsent(key, run))
                                .as("seed %d: another run than %d of key %s", seed, run, key)
                                .isIn(null, run);
                        counts.merge(key, -1, Integer::sum);
                    }
                }
                assertThat(found).as("seed %d", seed).isEqualTo(given);
                spilled.close();
            }
            assertThat(counts.values()).as("seed %d", seed).containsOnly(0);
        }
    }

    /** Keys of one kind, or of several. */
    private List<Object> rows(Random random) {
        boolean mixed = random.nextInt(3) == 0;
        Function<Random, Object> key = KEYS.get(random.nextInt(KEYS.size()));
        Function<Random, Object> value = VALUES.get(random.nextInt(VALUES.size()));
        List<Object> rows = new ArrayList<>();
        for (int row = random.nextInt(60); row >= 0; row--) {
            Function<Random, Object> of = mixed ? KEYS.get(random.nextInt(KEYS.size())) : key;
            rows.add(new Pair<>(random.nextInt(15) == 0 ? null : of.apply(random), value.apply(random)));
        }
        return rows;
    }

    private void put(List<Object> rows, Random random, SpilledKeys spilled) throws Exception {
        if (random.nextInt(4) == 0) {
            for (Object row : rows) {
                spilled.add(row);
            }
            return;
        }
        BatchBuilder builder = new BatchBuilder(
                random.nextInt(4) == 0 ? new Shape.Opaque("whole pairs") : Shape.UNKNOWN, serializer, loader);
        rows.forEach(builder::append);
        spilled.accept(builder.seal());
    }

    private List<Object> read(SpilledKeys spilled, int run) throws Exception {
        List<Object> rows = new ArrayList<>();
        try (BatchSource source = spilled.read(run)) {
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                RowReader reader = new RowReader(batch, serializer, loader);
                for (int row = 0; row < batch.rows(); row++) {
                    rows.add(reader.row(row));
                }
            }
        }
        assertThat(spilled.rows(run)).isEqualTo(rows.size());
        return rows;
    }

    @Test
    void rowsOfOneShapeKeepItInEveryRun() throws Exception {
        FakeSpill file = new FakeSpill(new TaskCounters(), () -> {});
        SpilledKeys spilled = new SpilledKeys(file, 0, 500, serializer, loader);
        Shape shape = new Shape.PairOf(Shape.Scalar.LONG, new Shape.OptionalOf(Shape.Scalar.STRING));
        Random random = new Random(1);
        for (int batch = 0; batch < 20; batch++) {
            BatchBuilder builder = new BatchBuilder(shape, serializer, loader);
            for (int row = 0; row < 40; row++) {
                builder.append(
                        Pair.of(random.nextLong(), random.nextBoolean() ? Optional.empty() : Optional.of("v" + row)));
            }
            spilled.accept(builder.seal());
        }
        spilled.flush();
        for (int run = 0; run < SpilledKeys.RUNS; run++) {
            BatchSource source = spilled.read(run);
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                assertThat(batch.shape()).isEqualTo(shape);
            }
        }
    }
}
