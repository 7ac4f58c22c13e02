package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Many seeded runs under faults. A failure names its seed; {@code new Simulation(seed).run()} repeats it. */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("quiver.simulation.seeds", 400);

    @Test
    void endsEveryJobAndForgetsItUnderRandomFaults() {
        int split = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            split += run(seed).stream().anyMatch(event -> event.startsWith("split")) ? 1 : 0;
        }
        assertThat(split).as("runs with partitions in slices").isGreaterThan(SEEDS / 10);
    }

    @Test
    void meetsRowsThatChangedOftenEnoughToProveSomething() {
        int changes = 0;
        long failures = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run();
            changes += simulation.changes();
            failures += simulation.jobsFailedByChanges();
        }
        assertThat(changes).isGreaterThan(100);
        assertThat(failures).isGreaterThan(10);
    }

    @Test
    void copiesTasksExcludesExecutorsAndLetsThemGoOftenEnoughToProveSomething() {
        int copies = 0;
        int exclusions = 0;
        int departures = 0;
        int moved = 0;
        int together = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run();
            copies += simulation.copies();
            exclusions += simulation.exclusions();
            departures += simulation.departures();
            moved += simulation.outputsMoved();
            together += simulation.together();
        }
        assertThat(copies).isGreaterThan(500);
        assertThat(exclusions).isGreaterThan(10);
        assertThat(departures).isGreaterThan(50);
        assertThat(moved).isGreaterThan(100);
        assertThat(together).isGreaterThan(100);
    }

    @Test
    void doesTheSameTwiceForTheSameSeed() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(run(seed)).as("seed %d, second run", seed).isEqualTo(run(seed));
        }
    }

    private static List<String> run(long seed) {
        try {
            return new Simulation(seed).run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
    }
}
