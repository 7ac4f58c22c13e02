package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplingSinkTest {
    /** Rows of two shapes now and then, and nulls. */
    private static Object pair(Object row) {
        long number = (long) row;
        return number % 1000 == 7
                ? new Pair<>("text" + number, number)
                : number % 1000 == 8 ? new Pair<>(null, number) : new Pair<>(number * 3, number);
    }

    private static Object sample(PipelineSettings settings, int rows, int keys) throws Exception {
        Stages stages = new Stages();
        stages.settings = settings;
        Lineage pairs = stages.map(stages.range(0, rows, 1, 1), SamplingSinkTest::pair);
        return stages.run(pairs, new Action.SampleKeys(keys), 0);
    }

    @Test
    void generatedCodeSamplesTheSameKeysAsTheInterpreter() throws Exception {
        for (int rows : new int[] {0, 1, 20, 3000, 100_000}) {
            for (int keys : new int[] {1, 30, 500}) {
                Object interpreted = sample(PipelineSettings.DEFAULTS.compileAfterRows(Long.MAX_VALUE), rows, keys);
                assertThat(sample(PipelineSettings.DEFAULTS.compileAfterRows(0), rows, keys))
                        .as("%d keys of %d rows", keys, rows)
                        .isEqualTo(interpreted);
                assertThat(((Pair<?, ?>) interpreted).key()).isEqualTo((long) rows);
                assertThat((List<?>) ((Pair<?, ?>) interpreted).value()).hasSize(Math.min(keys, rows));
            }
        }
    }
}
