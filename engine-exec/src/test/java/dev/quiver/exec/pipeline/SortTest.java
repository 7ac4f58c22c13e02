package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Sorting in columns gives what sorting objects with the same order gives, row by row. */
class SortTest {
    private static final int SEEDS = 12;

    /** From none, where each batch becomes a run, to what holds most of the rows there are. */
    private static final long[] MEMORIES = {0, 5_000, 50_000, 300_000, 2_000_000};

    private record Point(int x, double y, String name) {}

    private final Stages stages = new Stages();

    @Test
    void numbersSortLikeObjects() throws Exception {
        same("long", random -> random.nextLong());
        same("few longs", random -> (long) random.nextInt(50));
        same("equal longs", random -> 7L);
        same("shared prefix", random -> (random.nextLong() & 0xFFFFF) + 0x7FFFFFFFFFF80000L);
        same("around zero", random -> random.nextLong() % 1000);
        same(
                "extreme longs",
                random ->
                        random.nextBoolean() ? Long.MIN_VALUE + random.nextInt(3) : Long.MAX_VALUE - random.nextInt(3));
        same("int", random -> random.nextInt());
        same("extreme ints", random -> random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE);
        same("double", random -> random.nextGaussian());
        same(
                "odd doubles",
                random -> List.of(0.0, -0.0, Double.NaN, -1.0, 1.0, Double.MIN_VALUE)
                        .get(random.nextInt(6)));
        same("infinite", random -> random.nextBoolean() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        same("date", random -> LocalDate.ofEpochDay(random.nextInt(2000) - 1000));
    }

    @Test
    void skewedNumbersSortLikeObjects() throws Exception {
        same("skew", random -> random.nextInt(10) == 0 ? random.nextLong() : 42L);
        same("powers", random -> 1L << random.nextInt(64));
        same("geometric", random -> random.nextLong() >> random.nextInt(64));
    }

    @Test
    void textSortsByItsUtf16Units() throws Exception {
        String[] pieces = {
            "",
            "a",
            "b",
            "\0",
            "\u007F",
            "\u0080",
            "\u00E4",
            "\u07FF",
            "\uD7FF",
            "\uD800\uDC00",
            "\uDBFF\uDFFF",
            "\uE000",
            "\uF8FF",
            "\uFFFF",
            "the same long beginning "
        };
        same("pieces", random -> {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(8); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            return text.toString();
        });
        same("numbered", random -> "user-" + "0".repeat(20) + random.nextInt(300));
        same("prefixes of one another", random -> "x".repeat(random.nextInt(40)));
        same("zeros", random -> "a" + "\0".repeat(random.nextInt(20)));
    }

    @Test
    void byteArraysSortAsUnsignedNumbers() throws Exception {
        same("ten bytes", random -> {
            byte[] bytes = new byte[10];
            random.nextBytes(bytes);
            return bytes;
        });
        same("many ties", random -> {
            byte[] bytes = new byte[random.nextInt(20)];
            Arrays.fill(bytes, (byte) 0xFF);
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(2);
            }
            return bytes;
        });
    }

    @Test
    void slicesSortAsUnsignedBytes() throws Exception {
        same("slices", random -> {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            return Text.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
        });
        same("wide slices", random -> Text.of("\uFFFF\uD800\uDC00".substring(random.nextInt(2)) + random.nextInt(50)));
    }

    @Test
    void keysWithoutColumnsSortAsObjects() throws Exception {
        same("pairs", random -> Pair.of(random.nextInt(5), random.nextInt(5)));
        same("shorts", random -> (short) random.nextInt());
        same("lone surrogates", random -> random.nextInt(9) == 0 ? "\uD800" : "t" + random.nextInt(30));
    }

    private void same(String what, Function<Random, Object> key) throws Exception {
        List<Function<Random, Object>> values = List.of(
                random -> random.nextLong(),
                random -> random.nextInt(),
                random -> random.nextInt(4) == 0 ? null : random.nextDouble(),
                random -> random.nextDouble(),
                random -> new Point(random.nextInt(), random.nextDouble(), "p" + random.nextInt(99)),
                random -> Pair.of("t".repeat(random.nextInt(5)), random.nextBoolean()),
                random -> List.of("e" + random.nextInt(5), "f"),
                random -> random.nextInt(9) == 0
                        ? null
                        : random.ints(random.nextInt(5)).toArray(),
                random -> List.of(random.nextInt(9), random.nextInt(9)),
                random -> random.nextBoolean() ? Optional.empty() : Optional.of((short) random.nextInt(99)));
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Function<Random, Object> value = values.get(seed % values.size());
            int nullsOneIn = seed % 3 == 0 ? 10 : Integer.MAX_VALUE;
            int rows = List.of(3000, 1, 40, 700, 6_000, 2).get(seed % 6);
            List<ColumnBatch> batches = new ArrayList<>();
            for (int row = 0; row < rows; ) {
                int count = Math.min(rows - row, 1 + random.nextInt(rows));
                BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, stages.serializer, stages.loader);
                for (int index = 0; index < count; index++, row++) {
                    Object made = random.nextInt(nullsOneIn) == 0 ? null : key.apply(random);
                    builder.append(Pair.of(made, value.apply(random)));
                }
                batches.add(builder.seal());
            }
            for (NaturalOrder order : NaturalOrder.values()) {
                long memory = MEMORIES[random.nextInt(MEMORIES.length)];
                assertSorted(what + ", seed " + seed + ", " + order, batches, order, memory);
            }
        }
    }

    private void assertSorted(String what, List<ColumnBatch> batches, NaturalOrder order) throws Exception {
        assertSorted(what, batches, order, 0);
    }

    /** With plenty of memory and with little, as batches and as rows, in the natural order and in a user's. */
    private void assertSorted(String what, List<ColumnBatch> batches, NaturalOrder order, long memory)
            throws Exception {
        List<Object> rows = new ArrayList<>();
        for (ColumnBatch batch : batches) {
            RowReader reader = new RowReader(batch, stages.serializer, stages.loader);
            for (int row = 0; row < batch.rows(); row++) {
                rows.add(reader.row(row));
            }
        }
        rows.sort((left, right) -> order.compare(Stages.key(left), Stages.key(right)));
        List<String> expected = rows.stream().map(SortTest::text).toList();
        RowComparator<Object> users = order::compare;
        for (long bytes : new long[] {Long.MAX_VALUE, memory}) {
            String with = what + ", with " + bytes + " bytes of memory";
            assertThat(sorted(batches, order, bytes, false)).as(with).isEqualTo(expected);
            assertThat(sorted(batches, order, bytes, true))
                    .as(with + ", as batches")
                    .isEqualTo(expected);
            assertThat(sorted(batches, users, bytes, false))
                    .as(with + ", by a user")
                    .isEqualTo(expected);
        }
    }

    /** A row in text, so that arrays compare by what they hold. */
    private static String text(Object row) {
        return Arrays.deepToString(new Object[] {Stages.key(row), Stages.value(row)});
    }

    private List<String> sorted(List<ColumnBatch> batches, RowComparator<Object> order, long memory, boolean asBatches)
            throws Exception {
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = memory;
        TaskRun run = run(services);
        SortCursor cursor = new SortCursor(new BatchCursor(BatchSource.of(batches), run), order, "sortByKey", run);
        List<String> rows = new ArrayList<>();
        BatchSource sorted = asBatches ? cursor.batches() : null;
        drain(sorted == null ? cursor : new BatchCursor(sorted, run), rows);
        assertThat(stages.cluster.open)
                .as("memory and files kept behind the last row")
                .isZero();
        run.close(null);
        return rows;
    }

    private TaskRun run(FakeServices services) {
        return new TaskRun(new NodeProgram[0], services, stages.serializer, stages.loader, stages.settings);
    }

    private static void drain(Cursor cursor, List<String> rows) throws Exception {
        Object[] batch = new Object[1000];
        for (int count = cursor.next(batch); count > 0; count = cursor.next(batch)) {
            for (int row = 0; row < count; row++) {
                rows.add(text(batch[row]));
            }
        }
    }

    @Test
    void batchesOfAnotherShapeAtAnyPointLoseAndDoubleNothing() throws Exception {
        for (int odd = 0; odd < 5; odd++) {
            List<ColumnBatch> batches = new ArrayList<>();
            for (int index = 0; index < 5; index++) {
                BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, stages.serializer, stages.loader);
                for (int row = 0; row < 100; row++) {
                    long key = (row * 37L + index * 11) % 83;
                    builder.append(Pair.of(key, index == odd ? (Object) ("s" + row) : (Object) (long) row));
                }
                batches.add(builder.seal());
            }
            assertSorted("odd batch " + odd, batches, NaturalOrder.ASCENDING);
            assertSorted("odd batch " + odd, batches, NaturalOrder.DESCENDING);
        }
    }

    @Test
    void noRowsGiveNoBatch() throws Exception {
        assertSorted("no batches", List.of(), NaturalOrder.ASCENDING);
    }

    @Test
    void aKilledTaskStopsSorting() throws Exception {
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        int[] looks = {0};
        services.killed = () -> ++looks[0] > 3;
        TaskRun run = run(services);
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, stages.serializer, stages.loader);
        for (long row = 0; row < 100; row++) {
            builder.append(Pair.of(-row, row));
        }
        SortCursor cursor = new SortCursor(
                new BatchCursor(BatchSource.of(List.of(builder.seal())), run),
                NaturalOrder.ASCENDING,
                "sortByKey",
                run);
        assertThatThrownBy(() -> {
                    BatchSource sorted = cursor.batches();
                    while (sorted.next() != null) {}
                })
                .isInstanceOf(TaskKilled.class);
    }
}
