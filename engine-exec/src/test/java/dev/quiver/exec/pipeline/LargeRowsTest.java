package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ReadSide;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeRowsTest {
    /** More text than a loop collects before it hands it on, in fewer rows than that takes. */
    @Test
    void largeTextsLeaveACompiledLoopAsTheyWouldTheInterpreter() throws Exception {
        Stages stages = new Stages();
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        Lineage pairs = stages.map(
                stages.range(0, 12, 1, 1),
                row -> Pair.of(row, ("é" + row).repeat(2_000_000 + ((Long) row).intValue())));
        Lineage read = stages.read(stages.shuffle(pairs, new HashPartitioner(2), true, null), new ReadSide.AsIs());
        List<Object> expected = new ArrayList<>();
        for (long row = 0; row < 12; row++) {
            expected.add(Pair.of(row, ("é" + row).repeat(2_000_000 + (int) row)));
        }
        List<Object> rows = stages.collect(read);
        assertThat(rows.size()).isEqualTo(12);
        assertThat(rows.containsAll(expected))
                .as("every row came through, none twice")
                .isTrue();
    }
}
