package dev.quiver.scheduler.dag;

import dev.quiver.config.Bytes;
import dev.quiver.config.Durations;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.SchedulerPolicies;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.barrier.BarrierSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskOutcome.Failure;
import java.time.Duration;

/** Why a job failed, in one sentence that names the task, the place and the user's line. */
final class FailureText {
    private FailureText() {}

    /** @param attempt the number of the attempt that failed last; attempts that were not charged count there too */
    static String ofTask(Stage stage, int task, int attempt, int failures, ExecutorId executor, Failure last) {
        String what = stage.layout().describe(task) + " of " + stage.describe();
        String where = " in attempt " + attempt + " on executor " + executor + ": " + cause(last);
        if (last instanceof TaskOutcome.Threw threw && !threw.retry()) {
            return what + " failed" + where + " (trying again cannot help)";
        }
        return failures == 1
                ? what + " failed" + where
                : what + " failed " + failures + " times, the last time" + where;
    }

    static String ofFetches(Stage stage, int attempts, TaskOutcome.FetchFailed last) {
        String output = last.mapPartition() < 0 ? "map outputs" : "map output " + last.mapPartition();
        String holder = last.holder() == null ? "that no executor holds" : "on executor " + last.holder();
        String tries = attempts == 1 ? ": " : " in " + attempts + " attempts in a row, the last time ";
        return stage.describe() + " could not read its input" + tries + output + " of shuffle " + last.shuffle() + " "
                + holder + ": " + last.message() + ". If this repeats, look into that executor's log or raise "
                + SchedulerSettings.STAGE_MAX_ATTEMPTS.name();
    }

    static String ofStuckTask(Stage stage, int task, int executors, ExclusionSettings settings) {
        return "partition " + task + " of " + stage.describe() + " can run nowhere: "
                + (executors == 1 ? "the only executor is" : "all " + executors + " executors are")
                + " excluded after failures, and no other came within "
                + Durations.format(settings.stuckTimeout()) + " (" + ExclusionSettings.STUCK_TIMEOUT.name()
                + "). Look into their logs for the failures, or add executors";
    }

    static String ofResults(ResultStage stage, long bytes, long most) {
        return "the results of " + stage.describe() + " are too large for the driver: they have "
                + Bytes.of(bytes).display() + " with " + (stage.missingCount() - 1) + " tasks still to come, and "
                + SchedulerPolicies.MAX_RESULT_SIZE.name() + " is "
                + Bytes.of(most).display()
                + ". Save them with saveAsTextFile, or raise it";
    }

    /** @param before content checksum of the version that the results were computed from */
    static String ofDeliveredContent(ResultStage result, MapStage writer, MapOutput output, long before) {
        int told = result.toldCount();
        String delivered = told == 0
                ? "may be publishing output"
                : "has delivered " + told + " of " + result.partitionCount() + " partitions";
        return ("%s %s, and map partition %d of shuffle %s, which they were computed from, came out with other rows"
                        + " when %s computed it again (content checksum %016x, before %016x). The rest would not fit, so the job"
                        + " ends here. A function before that shuffle does not give the same rows for the same input: it may use"
                        + " random numbers or the time, or depend on the order in which rows arrive. Make it deterministic, or let"
                        + " it run once: save its rows and read them from there, or persist them before the shuffle, which helps"
                        + " as long as the executors that hold them live")
                .formatted(
                        result.describe(),
                        delivered,
                        output.mapPartition(),
                        output.shuffle(),
                        writer.describe(),
                        output.content(),
                        before);
    }

    static String ofDeliveredBarrier(ResultStage result, String why) {
        return result.describe() + ", whose tasks run together, has delivered " + result.toldCount() + " of "
                + result.partitionCount() + " partitions and cannot run again: " + why
                + ". Save its rows, or let a shuffle come behind it, so that only complete attempts are read";
    }

    static String ofTooFewSlots(Stage stage, int tasks, int slots, Duration waited) {
        return stage.describe() + " needs " + tasks
                + " slots at once for tasks that run together, and the executors have "
                + slots + ", also after " + Durations.format(waited) + " ("
                + BarrierSettings.SLOTS_TIMEOUT.name() + "). Use fewer partitions, or more or larger executors";
    }

    private static String cause(Failure failure) {
        if (failure instanceof TaskOutcome.Threw threw) {
            String message = threw.message() == null || threw.message().isEmpty() ? "" : ": " + threw.message();
            String line =
                    threw.userLine() == null || threw.userLine().isEmpty() ? "" : ", at user line " + threw.userLine();
            return threw.exception() + message + line;
        }
        return failure.message();
    }
}
