package dev.quiver.runtime.executor;

import dev.quiver.block.BlockUpdate;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriver.StageEnds;
import dev.quiver.task.TaskEnd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Collects ended tasks and changed blocks into few messages. A report leaves at once when the slots are about to run dry
 * or enough has gathered, else after a moment. Block changes always travel before the ends of the tasks that made them.
 * Safe for use by many threads.
 */
final class Reports {
    private static final int ENOUGH = 512;
    private static final long MOMENT_MILLIS = 2;

    /** Far below what one message may hold, since sizes are estimates. */
    private static final long MOST_BYTES = 4L << 20;

    private final DriverLink driver;
    private final Supplier<List<BlockUpdate>> blockChanges;
    private final ScheduledExecutorService scheduler;
    private final Consumer<Throwable> lost;
    private Map<StageAttempt, List<TaskEnd>> ends = new LinkedHashMap<>();
    private int gathered;
    private boolean flushScheduled;

    /** Held by the thread that sends. Another with something to send leaves it to that one, and goes on. */
    private final AtomicBoolean sending = new AtomicBoolean();

    private volatile boolean moreToSend;

    /**
     * @param blockChanges what changed among the blocks since it was last asked
     * @param lost         told when a report that left on its own could not be sent
     */
    Reports(
            DriverLink driver,
            Supplier<List<BlockUpdate>> blockChanges,
            ScheduledExecutorService scheduler,
            Consumer<Throwable> lost) {
        this.driver = driver;
        this.blockChanges = blockChanges;
        this.scheduler = scheduler;
        this.lost = lost;
    }

    /** @param urgent whether the driver should hear of it now, since a slot may fall idle */
    void ended(StageAttempt stage, TaskEnd end, boolean urgent) {
        synchronized (this) {
            ends.computeIfAbsent(stage, attempt -> new ArrayList<>()).add(end);
            gathered++;
            if (!urgent && gathered < ENOUGH) {
                scheduleFlush();
                return;
            }
        }
        flush();
    }

    private void scheduleFlush() {
        if (!flushScheduled && !scheduler.isShutdown()) {
            flushScheduled = true;
            scheduler.schedule(this::flushLater, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void flushLater() {
        try {
            flush();
        } catch (Throwable failure) {
            lost.accept(failure);
        }
    }

    /** Sends what has gathered, or has the thread do so that is sending already. */
    void flush() {
        moreToSend = true;
        sendWhatIsWanted();
    }

    private void sendWhatIsWanted() {
        while (moreToSend && sending.compareAndSet(false, true)) {
            try {
                moreToSend = false;
                send();
            } finally {
                sending.set(false);
            }
        }
    }

    /** Sends what has gathered before it returns; for threads that are about to end the process. */
    void flushFully() {
        flush();
        while (moreToSend || sending.get()) {
            Thread.onSpinWait();
            sendWhatIsWanted();
        }
    }

    private void send() {
        Map<StageAttempt, List<TaskEnd>> taken;
        synchronized (this) {
            flushScheduled = false;
            taken = ends;
            ends = new LinkedHashMap<>();
            gathered = 0;
        }
        // After the ends, so that no end is told without the blocks of its task.
        List<BlockUpdate> changes = blockChanges.get();
        if (!taken.isEmpty() || !changes.isEmpty()) {
            new Messages(changes).send(taken);
        }
    }

    /** One message, or several when the ends are too large for one. */
    private final class Messages {
        private List<BlockUpdate> changes;
        private List<StageEnds> stages = new ArrayList<>();
        private List<TaskEnd> ofStage = new ArrayList<>();
        private long bytes;

        Messages(List<BlockUpdate> changes) {
            this.changes = changes;
        }

        void send(Map<StageAttempt, List<TaskEnd>> sending) {
            sending.forEach((stage, tasks) -> {
                for (TaskEnd end : tasks) {
                    long size = EndSize.of(end);
                    if (bytes > 0 && bytes + size > MOST_BYTES) {
                        close(stage);
                        tell();
                    }
                    ofStage.add(end);
                    bytes += size;
                }
                close(stage);
            });
            tell();
        }

        private void close(StageAttempt stage) {
            if (!ofStage.isEmpty()) {
                stages.add(new StageEnds(stage, ofStage));
                ofStage = new ArrayList<>();
            }
        }

        private void tell() {
            if (!stages.isEmpty() || !changes.isEmpty()) {
                driver.tell(new ToDriver.Report(stages, changes));
            }
            stages = new ArrayList<>();
            changes = List.of();
            bytes = 0;
        }
    }
}
