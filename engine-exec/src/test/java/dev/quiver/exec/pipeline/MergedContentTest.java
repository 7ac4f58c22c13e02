package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.StageSink;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** The content checksum of a map output says nothing of how far its rows were merged by key before they crossed. */
class MergedContentTest {
    private static final long SEED = 31;
    private static final int ROWS = 260_000;

    private record Name(String family, long number) {}

    private static final Map<String, LongFunction<Object>> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put("longs", number -> number);
        KEYS.put("short text", number -> Long.toString(number, 36));
        KEYS.put("wide text", number -> "number " + (number & 0xFFFFFF));
        KEYS.put("long and other text", number -> "a number with an ümlaut " + number);
        KEYS.put("slices of text", number -> Text.of("n" + number));
        KEYS.put("records", number -> new Name("n" + (number & 15), number));
    }

    private static final Aggregation SUM = new Aggregation.Reduce((left, right) -> (Long) left + (Long) right);
    private static final Aggregation COUNT = new Aggregation.Combine(
            value -> 1L, (count, value) -> (Long) count + 1, (left, right) -> (Long) left + (Long) right, true);

    /** One way for a task to run: what it knows of the stage, how many keys it may hold, in what order rows come. */
    private record Way(long compileAfterRows, int combineGroups, boolean inOrder) {}

    private static long content(List<Object> numbers, LongFunction<Object> key, Aggregation aggregation, Way way)
            throws Exception {
        List<Object> rows = new ArrayList<>(numbers);
        if (!way.inOrder()) {
            Collections.shuffle(rows, new Random(SEED));
        }
        Stages stages = new Stages();
        stages.cluster.checksums = new RowChecksums(stages.serializer, stages.loader);
        stages.settings =
                new PipelineSettings(16 << 20, way.combineGroups(), 1 << 20).compileAfterRows(way.compileAfterRows());
        Lineage pairs = stages.map(
                stages.collection(List.of(rows)), number -> Pair.of(key.apply((Long) number), (Long) number));
        ShuffleDependency shuffle = stages.shuffle(pairs, new HashPartitioner(3), true, aggregation);
        StageProgram program = stages.program(
                pairs, new StageSink.WriteShuffle(shuffle.id(), shuffle.partitioner(), true, aggregation));
        MapOutput output = ((TaskProduct.Wrote) program.run(0, new FakeServices(stages.cluster, 0, 0))).output();
        return output.content();
    }

    private static List<Object> numbers(int count, int keys) {
        Random random = new Random(SEED);
        List<Object> numbers = new ArrayList<>(count);
        for (int row = 0; row < count; row++) {
            numbers.add((long) random.nextInt(keys));
        }
        return numbers;
    }

    private static void same(String what, List<Object> numbers, Aggregation aggregation, int combineGroups)
            throws Exception {
        for (Map.Entry<String, LongFunction<Object>> key : KEYS.entrySet()) {
            long expected = content(numbers, key.getValue(), aggregation, new Way(Long.MAX_VALUE, combineGroups, true));
            for (Way way : List.of(
                    new Way(0, combineGroups, true),
                    new Way(30_000, combineGroups, true),
                    new Way(0, combineGroups, false),
                    new Way(Long.MAX_VALUE, combineGroups, false))) {
                assertThat(content(numbers, key.getValue(), aggregation, way))
                        .as("%s by %s, %s, seed %d", what, key.getKey(), way, SEED)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void whenAllRowsOfAKeyAreMerged() throws Exception {
        same("few keys", numbers(ROWS, 1000), SUM, 1 << 20);
        same("few rows", numbers(3000, 1500), SUM, 1 << 20);
        same("counted", numbers(ROWS, 1000), COUNT, 1 << 20);
    }

    @Test
    void whenMergingIsGivenUpBecauseItDoesNotPay() throws Exception {
        same("many keys", numbers(ROWS, 1_000_000), SUM, 1 << 20);
    }

    @Test
    void whenTheTableIsFullNowAndThen() throws Exception {
        same("more keys than fit", numbers(40_000, 6_000), SUM, 1000);
        same("counted, more keys than fit", numbers(40_000, 6_000), COUNT, 1000);
    }

    @Test
    void changesWithOneRow() throws Exception {
        for (int keys : new int[] {1000, 1_000_000}) {
            List<Object> numbers = numbers(ROWS, keys);
            Way way = new Way(20_000, 1 << 20, true);
            long before = content(numbers, KEYS.get("longs"), SUM, way);
            numbers.set(ROWS / 2, (Long) numbers.get(ROWS / 2) + 1);
            assertThat(content(numbers, KEYS.get("longs"), SUM, way)).isNotEqualTo(before);
        }
    }
}
