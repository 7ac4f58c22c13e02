package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskOutcome.Failure;

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
