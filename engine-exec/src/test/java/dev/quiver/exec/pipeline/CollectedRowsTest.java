package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Results ask for the memory that they take. */
class CollectedRowsTest {
    private static final int ROWS = 50_000;
    private static final int ROW_BYTES = 116;

    private final Stages stages = new Stages();
    private final Lineage rows = stages.map(stages.range(0, ROWS, 1, 1), row -> new byte[100]);

    @Test
    void aResultHoldsWhatItsRowsTakeAndGivesItBack() throws Exception {
        FakeServices services = stages.services(0);
        List<?> collected = (List<?>) stages.run(rows, new Action.Collect(Long.MAX_VALUE), services);
        assertThat(collected).hasSize(ROWS);
        FakeMemory memory = services.memories.get(0);
        assertThat(memory.most).isBetween((long) ROWS * ROW_BYTES, 2L * ROWS * ROW_BYTES);
        assertThat(memory.bytes()).isZero();
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void aResultThatDoesNotFitIsNamedWithItsRowsAndBytes() {
        FakeServices services = stages.services(0);
        services.resultBytes = 2 << 20;
        assertThatThrownBy(() -> stages.run(rows, new Action.Collect(Long.MAX_VALUE), services))
                .isInstanceOf(MemoryExceeded.class)
                .hasMessageMatching(
                        "collect: the \\d+ rows so far take [2-3]\\.\\d MiB, and a result cannot be put aside.*");
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void aResultGoesOnInTheHeapBesideTheMemory() throws Exception {
        FakeServices services = stages.services(0);
        services.resultBytes = 2 << 20;
        services.besideBytes = 2L * ROWS * ROW_BYTES;
        List<?> collected = (List<?>) stages.run(rows, new Action.Collect(Long.MAX_VALUE), services);
        assertThat(collected).hasSize(ROWS);
        assertThat(services.memories.get(0).most).isLessThanOrEqualTo(2 << 20);
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void fewLargeRowsAreNoticedAtOnce() {
        Lineage large = stages.map(stages.range(0, 10, 1, 1), row -> new byte[1 << 20]);
        FakeServices services = stages.services(0);
        services.resultBytes = 3 << 20;
        assertThatThrownBy(() -> stages.run(large, new Action.Collect(Long.MAX_VALUE), services))
                .isInstanceOf(MemoryExceeded.class)
                .hasMessageMatching("collect: the [1-6] rows so far take .*");
    }

    @Test
    void aSmallResultAsksNobody() throws Exception {
        FakeServices services = stages.services(0);
        stages.run(stages.range(0, 1000, 1, 1), new Action.Collect(Long.MAX_VALUE), services);
        stages.run(stages.range(0, 1000, 1, 1), new Action.Collect(10), services);
        assertThat(services.memories).isEmpty();
    }
}
