package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.StorageLevel;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampledRowsTest {
    private static final PipelineSettings COMPILED = PipelineSettings.DEFAULTS.compileAfterRows(0);
    private static final PipelineSettings INTERPRETED = PipelineSettings.DEFAULTS.compileAfterRows(Long.MAX_VALUE);
    private static final AtomicLong CALLS = new AtomicLong();

    private static Object pair(Object row) {
        CALLS.incrementAndGet();
        return new Pair<>((Long) row * 3, row);
    }

    private static Object sample(Stages stages, Lineage lineage) throws Exception {
        CALLS.set(0);
        return stages.run(lineage, new Action.SampleKeys(30), 0);
    }

    @Test
    void onlyRowsThatAreSampledAreMadeAndTheSampleStaysTheSame() throws Exception {
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            for (int rows : new int[] {0, 1, 29, 30, 5000, 200_000}) {
                Stages stages = new Stages();
                stages.settings = settings;
                Lineage pairs = stages.map(stages.range(0, rows, 1, 1), SampledRowsTest::pair);
                Object passed = sample(stages, pairs);
                // 30 * (1 + ln(200000 / 30)) rows are expected of the largest.
                assertThat(CALLS.get()).as("%d rows", rows).isLessThanOrEqualTo(Math.min(rows, 600));
                Object made = sample(stages, stages.filter(pairs, row -> true));
                assertThat(CALLS).hasValue(rows);
                assertThat(passed).as("%d rows", rows).isEqualTo(made);
                assertThat(Stages.key(passed)).isEqualTo((long) rows);
            }
        }
    }

    @Test
    void keptRowsAreLeftOutToo() throws Exception {
        Stages stages = new Stages();
        Lineage range = stages.range(0, 50_000, 1, 1);
        Object expected = sample(stages, stages.map(range, SampledRowsTest::pair));
        Lineage kept = stages.map(range, row -> row);
        kept.persist(StorageLevel.MEMORY_ONLY);
        Lineage pairs = stages.map(kept, SampledRowsTest::pair);
        for (int job = 0; job < 2; job++) {
            assertThat(sample(stages, pairs)).isEqualTo(expected);
        }
        assertThat(CALLS.get()).isLessThan(600);
    }

    @Test
    void rowsAreCountedWhereAnOperatorDropsOrAddsSome() throws Exception {
        Stages stages = new Stages();
        Lineage range = stages.range(0, 10_500, 1, 1);
        Lineage some =
                stages.filter(stages.map(range, SampledRowsTest::pair), row -> (Long) Stages.value(row) % 2 == 0);
        assertThat(Stages.key(sample(stages, some))).isEqualTo(5250L);
        assertThat(CALLS).hasValue(10_500);
        Lineage twice = stages.flatMap(stages.map(range, SampledRowsTest::pair), row -> List.of(row, row));
        assertThat(Stages.key(sample(stages, twice))).isEqualTo(21_000L);
    }
}
