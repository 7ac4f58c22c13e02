package dev.quiver.runtime.progress;

import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;

/**
 * How far one stage attempt has come.
 *
 * @param stage     the stage attempt
 * @param callSite  the user's line
 * @param tasks     how many tasks it has
 * @param succeeded how many of them ended well
 * @param running   how many are launched and have not ended
 * @param spilledBytes what they sent to disk because memory was short
 * @param sinceNanos when it started, on the progress bar's clock
 */
record StageProgress(
        StageAttempt stage,
        CallSite callSite,
        int tasks,
        int succeeded,
        int running,
        long spilledBytes,
        long sinceNanos) {
    StageProgress after(int newlySucceeded, int nowRunning, long newlySpilledBytes) {
        return new StageProgress(
                stage,
                callSite,
                tasks,
                Math.min(tasks, succeeded + newlySucceeded),
                nowRunning,
                spilledBytes + newlySpilledBytes,
                sinceNanos);
    }
}
