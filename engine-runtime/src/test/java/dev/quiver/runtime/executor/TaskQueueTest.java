package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.executor.TaskQueue.Queued;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor.LaunchTasks;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final StageAttempt FIRST = new StageAttempt(new StageId(1), 0);
    private static final StageAttempt SECOND = new StageAttempt(new StageId(2), 0);

    private static LaunchTasks launch(StageAttempt stage, TaskRange... ranges) {
        return new LaunchTasks(stage, new ProgramId(7), List.of(ranges));
    }

    private static List<Integer> drain(TaskQueue queue) throws InterruptedException {
        List<Integer> partitions = new ArrayList<>();
        while (queue.size() > 0) {
            partitions.add(queue.take().partition());
        }
        return partitions;
    }

    @Test
    void handsOutTheTasksOfItsRangesInOrder() throws InterruptedException {
        TaskQueue queue = new TaskQueue(null);
        queue.add(launch(FIRST, new TaskRange(0, 3, 0), new TaskRange(7, 8, 2)));
        queue.add(launch(SECOND, new TaskRange(1, 2, 0)));
        assertThat(queue.size()).isEqualTo(5);
        assertThat(drain(queue)).containsExactly(0, 1, 2, 7, 1);
    }

    @Test
    void takesOutWhatIsLeftOfACancelledStage() throws InterruptedException {
        TaskQueue queue = new TaskQueue(null);
        queue.add(launch(FIRST, new TaskRange(0, 4, 0)));
        queue.add(launch(SECOND, new TaskRange(5, 6, 0)));
        assertThat(queue.take().partition()).isZero();
        assertThat(queue.removeAll(FIRST).stream().map(Queued::partition)).containsExactly(1, 2, 3);
        assertThat(drain(queue)).containsExactly(5);
    }

    @Test
    void givesNothingOnceItIsClosed() throws InterruptedException {
        TaskQueue queue = new TaskQueue(null);
        queue.add(launch(FIRST, new TaskRange(0, 4, 0)));
        queue.close();
        assertThat(queue.take()).isNull();
    }
}
