package dev.quiver.runtime.executor;

import dev.quiver.BarrierException;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.task.BarrierAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Where tasks of barrier stages wait for one another: at the driver. A question that stays open for long is asked again, since
 * no question may stay open for ever; the driver takes the later one for the earlier. Safe for use by many threads.
 *
 * @param driver keeps the answer back until all tasks have asked
 */
record BarrierCalls(DriverLink driver) {
    /** Well below what the transport allows for an answer. */
    private static final long ASK_AGAIN_MILLIS = 15_000;

    private static final long KILL_CHECK_MILLIS = 100;
    private static final int MOST_CHARACTERS = 1 << 16;

    /** Waits on the task's thread, until all have come or the task is told to stop. */
    BarrierAnswer meet(TaskAttempt task, int round, String call, String message, BooleanSupplier killed)
            throws InterruptedException {
        if (message.length() > MOST_CHARACTERS) {
            throw new BarrierException("a message of " + call + " has " + message.length() + " characters, and "
                    + MOST_CHARACTERS + " are allowed; use a dataset or a broadcast for larger values");
        }
        while (true) {
            CompletableFuture<BarrierAnswer> asked =
                    driver.ask(new DriverQuery.MeetAtBarrier(task, round, call, message));
            for (long waited = 0; waited < ASK_AGAIN_MILLIS; waited += KILL_CHECK_MILLIS) {
                if (killed.getAsBoolean()) {
                    throw new TaskKilled();
                }
                try {
                    return asked.get(KILL_CHECK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    continue;
                } catch (ExecutionException failed) {
                    throw new BarrierException("the driver could not be asked: "
                            + failed.getCause().getMessage());
                }
            }
        }
    }
}
