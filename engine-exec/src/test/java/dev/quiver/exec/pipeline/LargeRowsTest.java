package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeRowsTest {
    /** More text than a loop collects before it hands it on, in fewer rows than that takes. */
    @Test
    void largeTextsLeaveACompiledLoopAsTheyWouldTheInterpreter() throws Exception {
        Stages stages = new Stages();
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        Lineage pairs = stages.map(
                stages.range(0, 12, 1, 1), row -> Pair.of(row, ("é" + row).repeat(300_000 + ((Long) row).intValue())));
        Lineage read = stages.read(stages.shuffle(pairs, new HashPartitioner(2), true, null), new ReadSide.AsIs());
        List<Object> expected = new ArrayList<>();
        for (long row = 0; row < 12; row++) {
            expected.add(Pair.of(row, ("é" + row).repeat(300_000 + (int) row)));
        }
        List<Object> rows = stages.collect(read);
        assertThat(rows.size()).isEqualTo(12);
        assertThat(rows.containsAll(expected))
                .as("every row came through, none twice")
                .isTrue();
    }

    private static final int SMALL = 16;
    private static final int LARGE = 1 << 18;
    private static final int FEW = 600;
    private static final int ROWS = 800;

    private static long made;
    private static long mostAtHand;

    private static Object make(Object number) {
        byte[] row = new byte[(Long) number < FEW ? SMALL : LARGE];
        row[0] = (byte) (long) (Long) number;
        made += row.length;
        return row;
    }

    private static void take(Object row) {
        mostAtHand = Math.max(mostAtHand, made);
        made -= ((byte[]) row).length;
    }

    private static Iterator<Object> taken(Iterator<Object> rows) {
        List<Object> sums = new ArrayList<>();
        long sum = 0;
        while (rows.hasNext()) {
            Object row = rows.next();
            take(row);
            sum += ((byte[]) row)[0];
        }
        sums.add(sum);
        return sums.iterator();
    }

    private static Iterator<Object> madeOf(Iterator<Object> numbers) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return numbers.hasNext();
            }

            @Override
            public Object next() {
                return make(numbers.next());
            }
        };
    }

    /** A mebibyte, those that one look counts for, and one. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void fewLargeRowsAreAtHandAtOnceThoughTheyComeBehindSmallOnes(long compileAfterRows) throws Exception {
        Stages stages = new Stages();
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(compileAfterRows);
        Lineage numbers = stages.range(0, ROWS, 1, 1);
        Lineage mapped = stages.map(numbers, LargeRowsTest::make);
        Lineage keyed =
                stages.narrow(stages.narrow(numbers, new Op.KeyBy(row -> 1L)), new Op.MapValues(LargeRowsTest::make));
        Lineage flat = stages.flatMap(numbers, row -> List.of(make(row)));
        Lineage partitions =
                stages.mapPartitions(numbers, (partition, rows) -> madeOf((Iterator<Object>) (Iterator<?>) rows));
        Map<String, Lineage> ways = new LinkedHashMap<>();
        ways.put("map", mapped);
        ways.put("filter", stages.filter(mapped, row -> ((byte[]) row)[0] != 77));
        ways.put("mapValues", stages.map(keyed, Stages::value));
        ways.put("flatMap", flat);
        ways.put("map of flatMap", stages.map(stages.flatMap(numbers, row -> List.of(row)), LargeRowsTest::make));
        ways.put("mapPartitions", partitions);
        for (Map.Entry<String, Lineage> way : ways.entrySet()) {
            made = 0;
            mostAtHand = 0;
            Object pulled = stages.run(
                    stages.mapPartitions(
                            way.getValue(), (partition, rows) -> taken((Iterator<Object>) (Iterator<?>) rows)),
                    new Action.Collect(Long.MAX_VALUE),
                    0);
            assertThat(mostAtHand).as("pulled, " + way.getKey()).isBetween(1L << 18, (1L << 20) + 17L * LARGE);
            made = 0;
            mostAtHand = 0;
            long[] sum = new long[1];
            stages.run(
                    way.getValue(),
                    new Action.ForEach(row -> {
                        take(row);
                        sum[0] += ((byte[]) row)[0];
                    }),
                    0);
            assertThat(mostAtHand).as("pushed, " + way.getKey()).isBetween(1L << 18, (1L << 20) + 17L * LARGE);
            assertThat(pulled).as(way.getKey()).isEqualTo(List.of(sum[0]));
        }
    }
}
