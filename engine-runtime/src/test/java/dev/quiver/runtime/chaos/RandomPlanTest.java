package dev.quiver.runtime.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RandomPlanTest {
    private static final int SEEDS = 300;

    @Test
    void aSeedAlwaysMeansTheSameFaultsAndAnotherOneOthers() {
        assertThat(RandomPlan.acrossProcesses(42, 3)).isEqualTo(RandomPlan.acrossProcesses(42, 3));
        assertThat(RandomPlan.acrossProcesses(42, 3)).isNotEqualTo(RandomPlan.acrossProcesses(43, 3));
        assertThat(RandomPlan.inOneProcess(42, true)).isEqualTo(RandomPlan.inOneProcess(42, true));
    }

    @Test
    void everyPlanIsReadAsItWasPrinted() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<Fault> plan = RandomPlan.acrossProcesses(seed, 1 + (int) (seed % 5));
            assertThat(FaultText.parse(FaultText.print(plan)))
                    .as("seed %d", seed)
                    .isEqualTo(plan);
            List<Fault> here = RandomPlan.inOneProcess(seed, true);
            assertThat(FaultText.parse(FaultText.print(here)))
                    .as("seed %d", seed)
                    .isEqualTo(here);
        }
    }

    @Test
    void seedsTogetherMakeEveryKindOfFault() {
        Set<String> deeds = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            RandomPlan.acrossProcesses(seed, 3)
                    .forEach(fault -> deeds.add(fault.toString().split(" ")[3]));
        }
        assertThat(deeds)
                .contains(
                        "cut",
                        "fails",
                        "freeze",
                        "kill",
                        "late",
                        "lost",
                        "overtaken",
                        "reset",
                        "reset-behind",
                        "twice");
    }

    @Test
    void nothingIsFrozenOrCutForAsLongAsAnExecutorMayBeSilent() {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (Fault fault : RandomPlan.acrossProcesses(seed, 3)) {
                Duration length = fault.deed() instanceof Deed.Freeze freeze
                        ? freeze.length()
                        : fault.deed() instanceof Deed.Cut cut ? cut.length() : Duration.ofMillis(1);
                assertThat(length).as("seed %d: %s", seed, fault).isPositive().isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void inOneProcessOnlyTasksAreLateAndWritesFailWhereTasksMayFail() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(RandomPlan.inOneProcess(seed, false))
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allMatch(fault -> fault.what().equals(Fault.TASK));
            assertThat(RandomPlan.inOneProcess(seed, true))
                    .as("seed %d", seed)
                    .noneMatch(fault -> fault.isOnTheWire() || fault.isToAProcess())
                    .anyMatch(fault -> fault.what().equals(Fault.WRITE));
        }
    }
}
