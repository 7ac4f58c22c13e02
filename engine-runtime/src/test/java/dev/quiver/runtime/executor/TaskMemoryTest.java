package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.OperatorMemory.Otherwise;
import dev.quiver.exec.task.OperatorMemory.Spiller;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TaskMemoryTest {
    private static final long MEBI = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(100 * MEBI, 0.5, MemoryBudget.FOR_EVER, Clock.system());
    private final List<String> spilled = new ArrayList<>();

    @Test
    void theOperatorsOfATaskShareWhatOneOfSoManyActiveTasksMayHold() {
        TaskMemory task = task(0, 4);
        OperatorMemory sort = task.open("sortByKey");
        OperatorMemory join = task.open("join");
        assertThat(sort.share()).isEqualTo(25 * MEBI);
        assertThat(sort.most()).isEqualTo(100 * MEBI);
        assertThat(sort.tryGrow(60 * MEBI)).isTrue();
        assertThat(join.tryGrow(40 * MEBI)).isTrue();
        sort.shrink(50 * MEBI);
        OperatorMemory other = task(1, 4).open("join");
        assertThat(other.tryGrow(50 * MEBI)).isTrue();
        assertThat(sort.most()).isEqualTo(50 * MEBI);
        assertThat(join.tryGrow(1)).isFalse();
        sort.close();
        sort.close();
        join.close();
        task.close();
        assertThat(budget.executionBytes()).isEqualTo(50 * MEBI);
    }

    @Test
    void whatOthersHoldIsNotGivenTwice() {
        OperatorMemory outputs = task(0, 1).open("map outputs");
        outputs.force(90 * MEBI);
        OperatorMemory sort = task(1, 2).open("sortByKey");
        assertThat(sort.tryGrow(51 * MEBI)).as("more than half").isFalse();
        assertThat(sort.tryGrow(26 * MEBI)).as("not free, nor guaranteed").isFalse();
        assertThat(sort.tryGrow(10 * MEBI)).isTrue();
    }

    @Test
    void anOperatorThatIsRefusedHasTheLargestOfItsTaskSpillFirst() {
        TaskMemory task = task(0, 1);
        OperatorMemory largest = spilling(task, "sortByKey", 50);
        OperatorMemory larger = spilling(task, "reduceByKey", 30);
        OperatorMemory smaller = spilling(task, "distinct", 5);
        OperatorMemory join = task.open("join");
        join.force(15 * MEBI);
        assertThat(join.tryGrow(40 * MEBI)).isTrue();
        assertThat(spilled).containsExactly("sortByKey");
        assertThat(largest.bytes()).isZero();
        assertThat(join.tryGrow(30 * MEBI)).isFalse();
        assertThat(spilled).as("the largest has to help itself").containsExactly("sortByKey");
        assertThat(larger.bytes() + smaller.bytes()).isEqualTo(35 * MEBI);
    }

    @Test
    void smallerOnesSpillForWhoFailsOtherwiseTheLargestFirst() {
        TaskMemory task = task(0, 1);
        spilling(task, "sortByKey", 20);
        spilling(task, "cogroup", 5);
        spilling(task, "distinct", 10);
        OperatorMemory group = task.open("groupByKey");
        group.force(60 * MEBI);
        assertThat(group.tryGrow(10 * MEBI)).isFalse();
        assertThat(spilled).as("for who can put rows aside").isEmpty();
        assertThat(group.tryGrow(30 * MEBI, Otherwise.FAILS)).isTrue();
        assertThat(spilled).containsExactly("sortByKey", "distinct");
        assertThat(group.tryGrow(10 * MEBI, Otherwise.FAILS)).isTrue();
        assertThat(spilled).containsExactly("sortByKey", "distinct", "cogroup");
        assertThat(group.tryGrow(1, Otherwise.FAILS)).isFalse();
    }

    @Test
    void nobodySpillsAtGreatCostForWhoHandsOnOtherwise() {
        TaskMemory task = task(0, 1);
        OperatorMemory join = task.open("join");
        join.force(80 * MEBI);
        join.spillWith(new Spiller() {
            @Override
            public boolean isCostly() {
                return true;
            }

            @Override
            public long spill() {
                spilled.add("join");
                join.shrink(80 * MEBI);
                return 80 * MEBI;
            }
        });
        OperatorMemory merging = spilling(task, "merging for shuffle 4", 15);
        assertThat(merging.tryGrow(10 * MEBI, Otherwise.HANDS_ON)).isFalse();
        assertThat(spilled).isEmpty();
        assertThat(merging.tryGrow(10 * MEBI, Otherwise.SPILLS)).isTrue();
        assertThat(spilled).containsExactly("join");
    }

    @Test
    void aTaskThatHoldsMoreThanItsRightGivesWayToOneThatWaitsAtItsNextStep() throws Exception {
        TaskMemory first = task(0, 2);
        OperatorMemory groups = spilling(first, "groupByKey", 55);
        OperatorMemory sorted = spilling(first, "sortByKey", 40);
        first.giveWay();
        assertThat(spilled).as("while nobody waits").isEmpty();
        OperatorMemory second = task(1, 2).open("join");
        CompletableFuture<Boolean> granted = CompletableFuture.supplyAsync(() -> second.tryGrow(25 * MEBI));
        awaitWaiting(1);
        first.giveWay();
        assertThat(granted.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(spilled).as("the largest alone: what is left is its right").containsExactly("groupByKey");
        assertThat(groups.bytes()).isZero();
        first.giveWay();
        assertThat(sorted.bytes()).isEqualTo(40 * MEBI);
    }

    @Test
    void aTaskWithinItsRightKeepsWhatItHoldsThoughAnotherWaits() throws Exception {
        OperatorMemory third = task(2, 3).open("map outputs");
        third.force(70 * MEBI);
        TaskMemory first = task(0, 3);
        OperatorMemory sorted = spilling(first, "sortByKey", 30);
        OperatorMemory second = task(1, 3).open("join");
        CompletableFuture<Boolean> granted = CompletableFuture.supplyAsync(() -> second.tryGrow(10 * MEBI));
        awaitWaiting(1);
        first.giveWay();
        assertThat(spilled).isEmpty();
        assertThat(sorted.bytes()).isEqualTo(30 * MEBI);
        third.shrink(20 * MEBI);
        assertThat(granted.get(60, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitWaiting(int tasks) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (budget.waitingTasks() != tasks) {
            assertThat(System.nanoTime()).as("no task waits").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void nobodySpillsForMoreThanATaskMayHold() {
        TaskMemory task = task(0, 1);
        spilling(task, "sortByKey", 50);
        assertThat(task.open("join").tryGrow(101 * MEBI)).isFalse();
        assertThat(spilled).isEmpty();
    }

    @Test
    void whoSpillsForAnotherDoesNotHaveThirdOnesSpill() {
        TaskMemory task = task(0, 1);
        OperatorMemory sort = task.open("sortByKey");
        sort.tryGrow(60 * MEBI);
        OperatorMemory buffers = task.open("buffers");
        sort.spillWith(() -> {
            spilled.add("sortByKey");
            assertThat(buffers.tryGrow(90 * MEBI)).isFalse();
            sort.shrink(60 * MEBI);
            return 60 * MEBI;
        });
        assertThat(task.open("join").tryGrow(70 * MEBI)).isTrue();
        assertThat(spilled).containsExactly("sortByKey");
    }

    @Test
    void whatFailsWhileAnotherOperatorSpillsFailsTheTask() {
        TaskMemory task = task(0, 1);
        OperatorMemory sort = task.open("sortByKey");
        sort.tryGrow(60 * MEBI);
        sort.spillWith(() -> {
            throw new IOException("no room on disk");
        });
        OperatorMemory join = task.open("join");
        assertThatThrownBy(() -> join.tryGrow(70 * MEBI))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("join")
                .hasRootCauseMessage("no room on disk");
    }

    @Test
    void anOperatorThatKeepsMemoryBeyondItsTaskIsNamed() {
        TaskMemory task = task(7, 1);
        task.open("sortByKey").force(3 * MEBI);
        assertThatThrownBy(task::close)
                .hasMessageContaining("sortByKey of stage 3, partition 7")
                .hasMessageContaining("3.0 MiB");
        assertThat(budget.executionBytes()).isZero();
    }

    @Test
    void theMessageNamesOperatorPartitionBytesHoldersAndTheSetting() {
        budget.storage("cached dataset 4").tryGrow(20 * MEBI);
        TaskMemory task = task(7, 2);
        task.open("sortByKey").force(10 * MEBI);
        OperatorMemory group = task.open("groupByKey");
        group.force(30 * MEBI);
        assertThat(group.exceeded("key \"a\" has 9 values"))
                .hasMessageContaining("groupByKey ran out of memory in partition 7 of stage 3: key \"a\" has 9 values")
                .hasMessageContaining("The task holds 40.0 MiB (groupByKey 30.0 MiB, sortByKey 10.0 MiB)")
                .hasMessageContaining("may hold 80.0 MiB now")
                .hasMessageContaining("others hold: cached dataset 4 holds 20.0 MiB")
                .hasMessageContaining("quiver.executor.memory");
    }

    private OperatorMemory spilling(TaskMemory task, String operator, long mebi) {
        OperatorMemory memory = task.open(operator);
        memory.force(mebi * MEBI);
        memory.spillWith(() -> {
            long given = memory.bytes();
            spilled.add(operator);
            memory.shrink(given);
            return given;
        });
        return memory;
    }

    private TaskMemory task(int partition, int slots) {
        TaskAttempt attempt = new TaskAttempt(new StageAttempt(new StageId(3), 0), partition, 0);
        return new TaskMemory(budget, slots, attempt, partition, () -> false, true);
    }
}
