package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.executor.TaskQueue.Queued;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor.LaunchTasks;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private static final StageAttempt FIRST = new StageAttempt(new StageId(1), 0);
    private static final StageAttempt SECOND = new StageAttempt(new StageId(2), 0);

    private static LaunchTasks launch(StageAttempt stage, TaskRange... ranges) {
        return new LaunchTasks(stage, new ProgramId(7), TaskLayout.whole(10), List.of(ranges));
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
    void tellsWhichTasksOfAStageComeNext() throws InterruptedException {
        TaskQueue queue = new TaskQueue(null);
        queue.add(launch(FIRST, new TaskRange(0, 3, 0), new TaskRange(7, 9, 2)));
        queue.add(launch(SECOND, new TaskRange(1, 4, 0)));
        assertThat(queue.take().task()).isZero();
        assertThat(queue.next(FIRST, 10)).containsExactly(1, 2, 7, 8);
        assertThat(queue.next(FIRST, 3)).containsExactly(1, 2, 7);
        assertThat(queue.next(SECOND, 10)).containsExactly(1, 2, 3);
        assertThat(queue.next(new StageAttempt(new StageId(1), 1), 10)).isEmpty();
    }

    @Test
    void givesNothingOnceItIsClosed() throws InterruptedException {
        TaskQueue queue = new TaskQueue(null);
        queue.add(launch(FIRST, new TaskRange(0, 4, 0)));
        queue.close();
        assertThat(queue.take()).isNull();
    }

    @Test
    void aSlotLooksAfterTheDriverBeforeItSleepsAndTakesWhatThatBrings() throws InterruptedException {
        List<String> calls = new ArrayList<>();
        TaskQueue[] self = new TaskQueue[1];
        TaskQueue queue = new TaskQueue(new IdleWork() {
            @Override
            public void begin() {
                calls.add("begin");
            }

            @Override
            public void look() {
                calls.add("look");
                self[0].add(launch(FIRST, new TaskRange(4, 5, 0)));
            }

            @Override
            public void end() {
                calls.add("end");
            }
        });
        self[0] = queue;
        assertThat(queue.take().partition()).isEqualTo(4);
        assertThat(calls).containsExactly("begin", "look", "end");
    }

    @Test
    void everyTaskIsTakenOnceByManySlotsThatSleepAndWake() throws InterruptedException {
        IdleWork nothing = new IdleWork() {
            @Override
            public void begin() {}

            @Override
            public void look() {}

            @Override
            public void end() {}
        };
        int rounds = 2_000;
        TaskQueue queue = new TaskQueue(nothing);
        ConcurrentSkipListSet<Integer> taken = new ConcurrentSkipListSet<>();
        Semaphore each = new Semaphore(0);
        List<Thread> slots = new ArrayList<>();
        for (int slot = 0; slot < 4; slot++) {
            slots.add(new Thread(() -> {
                try {
                    for (Queued task = queue.take(); task != null; task = queue.take()) {
                        taken.add(task.partition());
                        each.release();
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        slots.forEach(Thread::start);
        for (int round = 0; round < rounds; round++) {
            queue.add(launch(FIRST, new TaskRange(3 * round, 3 * round + 3, 0)));
            assertThat(each.tryAcquire(round % 7 == 0 ? 3 : 1, 30, TimeUnit.SECONDS))
                    .isTrue();
        }
        while (taken.size() < 3 * rounds) {
            Thread.onSpinWait();
        }
        queue.close();
        for (Thread slot : slots) {
            slot.join();
        }
        assertThat(taken).hasSize(3 * rounds);
    }
}
