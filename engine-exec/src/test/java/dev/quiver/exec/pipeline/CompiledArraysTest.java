package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.StorageLevel;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.id.BlockId;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Arrays of primitives as rows and parts of rows, in generated code and in the interpreter. */
class CompiledArraysTest {
    private static final PipelineSettings COMPILED = PipelineSettings.DEFAULTS.compileAfterRows(0);
    private static final PipelineSettings INTERPRETED = PipelineSettings.DEFAULTS.compileAfterRows(Long.MAX_VALUE);

    /** A row with one of every kind. */
    record Sample(
            double[] doubles,
            byte[] bytes,
            long id,
            boolean[] flags,
            char[] letters,
            short[] shorts,
            int[] ints,
            long[] longs,
            float[] floats) {
        static Sample of(long row) {
            int length = (int) (row % 9);
            Sample sample = new Sample(
                    new double[length],
                    new byte[length],
                    row,
                    new boolean[length],
                    new char[length],
                    new short[length],
                    new int[length],
                    new long[length],
                    new float[length]);
            for (int index = 0; index < length; index++) {
                long bits = (row + index) * 0x9E3779B97F4A7C15L;
                sample.doubles[index] = Double.longBitsToDouble(bits);
                sample.bytes[index] = (byte) bits;
                sample.flags[index] = bits < 0;
                sample.letters[index] = (char) bits;
                sample.shorts[index] = (short) bits;
                sample.ints[index] = (int) bits;
                sample.longs[index] = bits;
                sample.floats[index] = Float.intBitsToFloat((int) bits);
            }
            return sample;
        }

        String text() {
            return id
                    + Arrays.toString(doubles)
                    + Arrays.toString(bytes)
                    + Arrays.toString(flags)
                    + Arrays.toString(letters)
                    + Arrays.toString(shorts)
                    + Arrays.toString(ints)
                    + Arrays.toString(longs)
                    + Arrays.toString(floats);
        }
    }

    private static String text(Object row) {
        if (row instanceof Pair<?, ?> pair) {
            return "(" + text(pair.key()) + ", " + text(pair.value()) + ")";
        }
        return row instanceof Sample sample ? sample.text() : Arrays.deepToString(new Object[] {row});
    }

    @Test
    void compiledAndInterpretedStagesAgreeOnRowsWithArrays() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            Object interpreted = outcome(seed, INTERPRETED);
            assertThat(outcome(seed, COMPILED)).as("seed %d", seed).isEqualTo(interpreted);
        }
    }

    private static Object outcome(int seed, PipelineSettings settings) throws Exception {
        Random random = new Random(seed);
        Stages stages = new Stages();
        stages.settings = settings;
        int rows = random.nextInt(8) == 0 ? random.nextInt(3) : 3000 + random.nextInt(7000);
        Lineage lineage = stages.map(stages.range(0, rows, 1, 1), made(random));
        boolean kept = random.nextBoolean();
        if (kept) {
            lineage.persist(StorageLevel.MEMORY_ONLY);
        }
        List<Object> results = new ArrayList<>();
        for (int job = kept ? 2 : 1; job > 0; job--) {
            results.add(result(stages, lineage, new Random(seed)));
        }
        return results;
    }

    private static MapFunction<Object, Object> made(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> row -> Sample.of((Long) row);
            case 1 -> row -> Pair.of((Long) row % 10, Sample.of((Long) row));
            case 2 -> row -> Sample.of((Long) row).doubles();
            case 3 ->
                row -> Pair.of(
                        Sample.of((Long) row).bytes(), Sample.of((Long) row).flags());
            case 4 ->
                row -> (Long) row % 100 == 7 ? null : Sample.of((Long) row).longs();
            case 5 -> row -> (Long) row % 3000 < 2000 ? Sample.of((Long) row).ints() : (Object) ("s" + row);
            default ->
                row -> new Pair<>(
                        row,
                        (Long) row % 500 == 3 ? null : Sample.of((Long) row).letters());
        };
    }

    private static Object result(Stages stages, Lineage lineage, Random random) throws Exception {
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.toString((double[]) stages.run(lineage, new Action.Fold(new double[3], adding(3)), 0));
            case 1 ->
                stages.collect(lineage).stream().map(CompiledArraysTest::text).toList();
            case 2 -> stages.collect(stages.map(lineage, CompiledArraysTest::text));
            default -> {
                Lineage keyed = stages.narrow(
                        lineage, new Op.KeyBy(row -> (long) text(row).hashCode() % 50));
                Lineage read =
                        stages.read(stages.shuffle(keyed, new HashPartitioner(3), true, null), new ReadSide.AsIs());
                yield stages.collect(read).stream()
                        .map(CompiledArraysTest::text)
                        .toList();
            }
        };
    }

    private static MergeFunction<Object, Object, Object> adding(int length) {
        return (sum, row) -> {
            ((double[]) sum)[Math.floorMod(text(row).hashCode(), length)]++;
            return sum;
        };
    }

    @Test
    void userCodeMayChangeAndKeepTheArraysItIsGiven() throws Exception {
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage kept = stages.map(stages.range(0, 5000, 1, 1), row -> new double[] {(Long) row, 1});
            kept.persist(StorageLevel.MEMORY_ONLY);
            Lineage changed = stages.map(kept, row -> {
                ((double[]) row)[0] = -1;
                return row;
            });
            for (int job = 0; job < 3; job++) {
                assertThat(stages.run(changed, new Action.Count(), 0)).isEqualTo(5000L);
                double[] sum = (double[]) stages.run(
                        kept,
                        new Action.Fold(new double[2], (left, right) -> {
                            ((double[]) left)[0] += ((double[]) right)[0];
                            ((double[]) left)[1] += ((double[]) right)[1]--;
                            return left;
                        }),
                        0);
                assertThat(sum).containsExactly(5000.0 * 4999 / 2, 5000);
            }
        }
    }

    /** Only looks at the arrays, whose lengths change from row to row. */
    private static long[] addHash(long[] sums, Sample sample) {
        int at = (int) (sample.id % sums.length);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.doubles);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.bytes);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.flags);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.letters);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.shorts);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.ints);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.longs);
        sums[at] = sums[at] * 31 + Arrays.hashCode(sample.floats);
        Arrays.fill(sample.longs, -7);
        return sums;
    }

    @Test
    void rowsThatAreOnlyLookedAtAreTheirOwnThoughArraysAreFilledAnew() throws Exception {
        List<long[]> sums = new ArrayList<>();
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage kept = stages.map(stages.range(0, 9000, 1, 1), row -> Sample.of((Long) row / 2));
            kept.persist(StorageLevel.MEMORY_ONLY);
            assertThat(stages.run(kept, new Action.Count(), 0)).isEqualTo(9000L);
            Lineage some = stages.filter(kept, row -> ((Sample) row).longs.length != 4);
            sums.add((long[]) stages.run(
                    some, new Action.Fold(new long[5], (sum, row) -> addHash((long[]) sum, (Sample) row)), 0));
        }
        assertThat(sums.get(1)).isEqualTo(sums.get(0));
    }

    @Test
    void largeArraysAreSpreadOverBatchesAndKeepTheirOrder() throws Exception {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        Lineage arrays = stages.map(stages.range(0, 40, 1, 1), row -> {
            int[] values = new int[(Long) row == 20 ? 1_500_000 : 200_000];
            Arrays.fill(values, (int) (long) (Long) row);
            return Pair.of(1L, values);
        });
        List<Object> rows = stages.collect(
                stages.read(stages.shuffle(arrays, new HashPartitioner(1), true, null), new ReadSide.AsIs()));
        assertThat(rows).hasSize(40);
        for (int row = 0; row < 40; row++) {
            int[] values = (int[]) Stages.value(rows.get(row));
            assertThat(values.length).isEqualTo(row == 20 ? 1_500_000 : 200_000);
            assertThat(values[0]).isEqualTo(row);
            assertThat(values[values.length - 1]).isEqualTo(row);
        }
    }

    @Test
    void bytesCrossAShuffleInOneColumnEach() throws Exception {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        Lineage pairs = stages.map(
                stages.range(0, 30_000, 1, 2),
                row -> Pair.of(
                        (Long) row, ByteBuffer.allocate(20).putLong((Long) row).array()));
        Lineage read = stages.read(stages.shuffle(pairs, new HashPartitioner(3), true, null), new ReadSide.AsIs());
        List<Object> rows = stages.collect(read);
        assertThat(rows)
                .hasSize(30_000)
                .allSatisfy(row -> assertThat(
                                ByteBuffer.wrap((byte[]) Stages.value(row)).getLong())
                        .isEqualTo(Stages.key(row)));
        assertThat(stages.cluster.shuffles.values())
                .allSatisfy(partitions -> assertThat(partitions.values())
                        .allSatisfy(batches -> assertThat(batches)
                                .allSatisfy(batch -> assertThat(batch.shape())
                                        .isEqualTo(new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.BYTES)))));
    }

    @Test
    void whatIsKeptIsTheSameWhicheverWayItWasWritten() throws Exception {
        List<List<String>> kept = new ArrayList<>();
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage lineage = stages.map(
                    stages.range(0, 30_000, 1, 1),
                    row -> (Long) row % 7001 == 7000
                            ? (Object) "odd"
                            : (Long) row % 9000 == 8000 ? null : Sample.of((Long) row));
            lineage.persist(StorageLevel.MEMORY_ONLY);
            assertThat(stages.run(lineage, new Action.Count(), 0)).isEqualTo(30_000L);
            List<ColumnBatch> batches = stages.cluster.blocks.get(new BlockId.CachedPartition(lineage.id(), 0));
            assertThat(batches.stream().mapToInt(ColumnBatch::rows).sum()).isEqualTo(30_000);
            kept.add(stages.collect(lineage).stream()
                    .map(CompiledArraysTest::text)
                    .toList());
        }
        assertThat(kept.get(1)).isEqualTo(kept.get(0));
    }
}
