package dev.quiver.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Many seeded runs under faults. A failure names its seed, the fewest faults that show it, and what happened last. */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("quiver.simulation.seeds", 400);

    @Test
    void endsEveryJobRightAndForgetsItUnderRandomFaultsAndDoesTheSameTwice() {
        Map<String, Integer> often = new TreeMap<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulationRun.check(seed).statistics().forEach((what, times) -> often.merge(what, times, Integer::sum));
        }
        // What has to happen often enough for all this to prove something.
        assertThat(often.get("copies")).as("tasks copied").isGreaterThan(SEEDS / 2);
        assertThat(often.get("exclusions")).as("executors excluded").isPositive();
        assertThat(often.get("releases")).as("executors let go").isGreaterThan(SEEDS / 10);
        assertThat(often.get("changes")).as("map outputs with other rows").isGreaterThan(SEEDS / 100);
        assertThat(often.get("splits")).as("stages with slices").isGreaterThan(SEEDS / 40);
        assertThat(often.get("moves")).as("map outputs taken over").isGreaterThan(SEEDS / 10);
        assertThat(often.get("gatherings"))
                .as("attempts whose tasks began together")
                .isGreaterThan(SEEDS / 40);
        assertThat(often.get("meetings")).as("meetings of tasks").isGreaterThan(SEEDS / 20);
    }

    @Test
    void leavesOutEveryFaultThatAFailureDoesNotNeed() {
        List<Fault> all = new Scenario(7).faults;
        for (long seed = 7; all.size() < 10; seed++) {
            all = new Scenario(seed).faults;
        }
        Fault one = all.get(3);
        Fault other = all.get(8);

        List<Fault> fewest = MinimalFaults.of(all, faults -> faults.contains(one) && faults.contains(other));

        assertThat(fewest).containsExactly(one, other);
    }
}
