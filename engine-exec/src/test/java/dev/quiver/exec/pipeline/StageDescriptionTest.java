package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageDescriptionTest {
    private final Stages stages = new Stages();

    @Test
    void namesWhatIsOneLoopAndWhatWasCompiledSoFar() throws Exception {
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(2000);
        Lineage rows = stages.filter(stages.map(stages.range(0, 10_000, 1, 1), row -> row), row -> true);
        StageProgram program = stages.program(rows, new StageSink.Produce(new Action.Count()));
        assertThat(program.describe())
                .startsWith("sink: Count\none loop, compiled after 2000 rows, over test at here:\n")
                .doesNotContain("compiled: ");
        program.run(0, new FakeServices(stages.cluster, 0, 0));
        assertThat(program.describe()).contains("compiled: Range[] to Count[]");
    }

    @Test
    void saysWhyOperatorsAreApart() {
        Lineage rows = stages.mapPartitions(stages.flatMap(stages.range(0, 10, 1, 1), List::of), (at, all) -> all);
        String description = stages.program(rows, new StageSink.Produce(new Action.Collect(5)))
                .describe();
        assertThat(description)
                .contains("given a whole partition")
                .contains("pulled row by row, because its reader may stop before the end");
    }

    @Test
    void saysWhyALongChainStaysInterpreted() {
        Lineage rows = stages.range(0, 10, 1, 1);
        for (int op = 0; op < 8001; op++) {
            rows = stages.map(rows, row -> row);
        }
        assertThat(stages.program(rows, new StageSink.Produce(new Action.Count()))
                        .describe())
                .contains("not compiled: the chain before the sink, because it has 8001 operators");
    }
}
