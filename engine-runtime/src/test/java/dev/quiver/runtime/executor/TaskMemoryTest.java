package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import org.junit.jupiter.api.Test;

class TaskMemoryTest {
    private static final long MEBI = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(100 * MEBI, 0.5);

    @Test
    void theOperatorsOfATaskShareASlotsPartOfTheBudget() {
        TaskMemory task = task(0, 4);
        OperatorMemory sort = task.open("sortByKey");
        OperatorMemory join = task.open("join");
        assertThat(sort.share()).isEqualTo(25 * MEBI);
        assertThat(sort.tryGrow(20 * MEBI)).isTrue();
        assertThat(join.tryGrow(6 * MEBI)).isFalse();
        assertThat(join.tryGrow(5 * MEBI)).isTrue();
        sort.shrink(10 * MEBI);
        assertThat(join.tryGrow(10 * MEBI)).isTrue();
        assertThat(budget.executionBytes()).isEqualTo(25 * MEBI);
        sort.close();
        sort.close();
        join.close();
        assertThat(budget.executionBytes()).isZero();
    }

    @Test
    void whatOthersHoldIsNotGivenTwice() {
        OperatorMemory outputs = task(0, 1).open("map outputs");
        outputs.force(90 * MEBI);
        OperatorMemory sort = task(1, 2).open("sortByKey");
        assertThat(sort.tryGrow(11 * MEBI)).isFalse();
        assertThat(sort.tryGrow(10 * MEBI)).isTrue();
    }

    @Test
    void theMessageNamesOperatorPartitionBytesHoldersAndTheSetting() {
        OperatorMemory group = task(7, 2).open("groupByKey");
        group.force(30 * MEBI);
        assertThat(group.exceeded("key \"a\" has 9 values"))
                .hasMessageContaining("groupByKey ran out of memory in partition 7 of stage 3: key \"a\" has 9 values")
                .hasMessageContaining("A task may hold 50.0 MiB")
                .hasMessageContaining("groupByKey of partition 7 in stage 3 holds")
                .hasMessageContaining("quiver.executor.memory");
    }

    private TaskMemory task(int partition, int slots) {
        return new TaskMemory(budget, slots, new TaskAttempt(new StageAttempt(new StageId(3), 0), partition, 0));
    }
}
