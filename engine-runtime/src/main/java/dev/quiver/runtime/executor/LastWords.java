package dev.quiver.runtime.executor;

import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.task.TaskOutcome;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, while the process is already ending, whether a task ended it by {@code System.exit}, and says so to the
 * driver: the thread that called it stands in {@code Runtime.exit} until the last hook has run.
 */
final class LastWords {
    private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);

    private LastWords() {}

    /** Runs as a shutdown hook. */
    static void speak(Executor executor, DriverLink driver) {
        for (RunningTask task : executor.runningTasks()) {
            StackTraceElement[] stack = task.thread().getStackTrace();
            if (callsExit(stack)) {
                executor.reportLast(
                        task,
                        new TaskOutcome.ExecutorGone(
                                "the task called System.exit at " + caller(stack) + "; throw an exception instead",
                                true));
                awaitDelivery(driver);
            }
        }
    }

    /** Which task called {@code System.exit}, when one stands in it now. */
    static Optional<String> exitingTask(Executor executor) {
        return executor.runningTasks().stream()
                .filter(task -> callsExit(task.thread().getStackTrace()))
                .map(task -> "partition " + task.partition() + " of stage "
                        + task.attempt().stage().stage() + ", attempt "
                        + task.attempt().attempt()
                        + ", called System.exit at " + caller(task.thread().getStackTrace()))
                .findFirst();
    }

    /** What was told before arrives before this question; once it is answered, the process may end. */
    static void awaitDelivery(DriverLink driver) {
        try {
            driver.ask(new DriverQuery.LocateExecutor(new ExecutorId("nobody", 0)))
                    .get(1, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notDelivered) {
            LOG.debug("The driver may not have heard why this process ends", notDelivered);
        }
    }

    /** Whether this stack stands inside {@code System.exit} or {@code Runtime.exit}. */
    static boolean callsExit(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /** The first frame that is not the JDK's. */
    static String caller(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1) + "."
                        + frame.getMethodName() + "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "an unknown line";
    }
}
