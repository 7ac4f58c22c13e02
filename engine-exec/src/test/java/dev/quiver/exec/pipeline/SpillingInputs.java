package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** What tests of operators with several spilling inputs share: random inputs, and faults at every point. */
final class SpillingInputs {
    private SpillingInputs() {}

    /** Pairs in three slices: none, few or many, some with null as their key. */
    static List<List<Object>> rows(Random random, Function<Random, Object> key, List<Function<Random, Object>> values) {
        int rows = new int[] {0, 3, 60, 700, 2000}[random.nextInt(5)];
        int nulls = random.nextInt(3) == 0 ? 15 : Integer.MAX_VALUE;
        Function<Random, Object> value = values.get(random.nextInt(values.size()));
        List<List<Object>> slices = new ArrayList<>();
        for (int slice = 0; slice < 3; slice++) {
            List<Object> pairs = new ArrayList<>();
            for (int row = 0; row < rows / 3 + (slice == 0 ? rows % 3 : 0); row++) {
                pairs.add(new Pair<>(random.nextInt(nulls) == 0 ? null : key.apply(random), value.apply(random)));
            }
            slices.add(pairs);
        }
        return slices;
    }

    /**
     * Runs a stage in little memory with a disk that is full after every seventh chunk, and killed at every so many checks;
     * nothing is left open.
     *
     * @param leastChunks chunks it writes to disk at least, or the test proves nothing
     */
    static void assertNothingIsLeftOpenAfterFaults(
            Stages stages, Lineage lineage, long memoryBytes, int leastChunks, int killedEvery) throws Exception {
        stages.prepare(lineage);
        FakeServices all = services(stages, memoryBytes);
        int[] appends = {0};
        all.diskFull = () -> appends[0]++ < 0;
        int[] checks = {0};
        all.killed = () -> checks[0]++ < 0;
        stages.run(lineage, new Action.Count(), all);
        assertThat(appends[0]).isGreaterThan(leastChunks);
        for (int room = 0; room < appends[0]; room += 7) {
            FakeServices services = services(stages, memoryBytes);
            int[] left = {room};
            services.diskFull = () -> left[0]-- <= 0;
            assertThatThrownBy(() -> stages.run(lineage, new Action.Count(), services))
                    .as("room for %d chunks", room)
                    .hasStackTraceContaining("no room on the disk");
            assertThat(stages.cluster.open).isZero();
        }
        for (int at = 0; at < checks[0]; at += killedEvery) {
            FakeServices services = services(stages, memoryBytes);
            int[] left = {at};
            services.killed = () -> left[0]-- <= 0;
            assertThatThrownBy(() -> stages.run(lineage, new Action.Count(), services))
                    .as("killed at check %d", at)
                    .isInstanceOf(TaskKilled.class);
            assertThat(stages.cluster.open).isZero();
        }
    }

    private static FakeServices services(Stages stages, long memoryBytes) {
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = memoryBytes;
        return services;
    }
}
