package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static final StageAttempt STAGE = new StageAttempt(new StageId(1), 0);
    private static final int MEBI = 1 << 20;

    private final ScheduledExecutorService never = Executors.newSingleThreadScheduledExecutor();
    private final List<ToDriver.Report> sent = new ArrayList<>();
    private final DriverLink driver = new DriverLink() {
        @Override
        public void tell(ToDriver message) {
            sent.add((ToDriver.Report) message);
        }

        @Override
        public <A> CompletableFuture<A> ask(DriverQuery<A> query) {
            throw new AssertionError("nothing is asked");
        }
    };

    @AfterEach
    void stop() {
        never.shutdownNow();
    }

    @Test
    void sendsSeveralMessagesWhenResultsAreTooLargeForOne() {
        // Shut down before the first report: what is not urgent waits for the flush.
        never.shutdown();
        Reports reports = new Reports(driver, List::of, never, failure -> {
            throw new AssertionError(failure);
        });
        for (int partition = 0; partition < 40; partition++) {
            TaskOutcome value = new TaskOutcome.Returned(new byte[MEBI], Map.of());
            reports.ended(STAGE, new TaskEnd(partition, 0, value, TaskMetrics.ZERO), false);
        }
        reports.flush();
        assertThat(sent).hasSizeGreaterThan(9);
        List<Integer> partitions = new ArrayList<>();
        for (ToDriver.Report report : sent) {
            long bytes = 0;
            for (ToDriver.StageEnds stage : report.ends()) {
                for (TaskEnd end : stage.ends()) {
                    partitions.add(end.partition());
                    bytes += ((TaskOutcome.Returned) end.outcome()).value().length;
                }
            }
            assertThat(bytes).isBetween(1L, 4L * MEBI);
        }
        assertThat(partitions).isEqualTo(IntStream.range(0, 40).boxed().toList());
    }

    /** What one thread leaves to another that is sending is sent all the same, and never by two at once. */
    @Test
    void sendsEveryEndOnceWhenManyThreadsReport() throws Exception {
        AtomicInteger telling = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Integer> told = ConcurrentHashMap.newKeySet();
        DriverLink slow = new DriverLink() {
            @Override
            public void tell(ToDriver message) {
                most.accumulateAndGet(telling.incrementAndGet(), Math::max);
                for (ToDriver.StageEnds stage : ((ToDriver.Report) message).ends()) {
                    stage.ends()
                            .forEach(
                                    end -> assertThat(told.add(end.partition())).isTrue());
                }
                telling.decrementAndGet();
            }

            @Override
            public <A> CompletableFuture<A> ask(DriverQuery<A> query) {
                throw new AssertionError("nothing is asked");
            }
        };
        Reports reports = new Reports(slow, List::of, never, failure -> {
            throw new AssertionError(failure);
        });
        int each = 20_000;
        List<Thread> slots = new ArrayList<>();
        for (int slot = 0; slot < 4; slot++) {
            int first = slot * each;
            slots.add(new Thread(() -> {
                for (int partition = first; partition < first + each; partition++) {
                    TaskOutcome value = new TaskOutcome.Returned(new byte[1], Map.of());
                    reports.ended(STAGE, new TaskEnd(partition, 0, value, TaskMetrics.ZERO), true);
                }
            }));
        }
        slots.forEach(Thread::start);
        for (Thread slot : slots) {
            slot.join();
        }
        reports.flushFully();
        assertThat(told).hasSize(4 * each);
        assertThat(most).hasValue(1);
    }
}
