package dev.quiver.scheduler.task;

import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;

/**
 * What the tasks of a set compute, and on whose behalf. The same for all of them, and fixed from the start.
 *
 * @param moment      when it begins, as {@link dev.quiver.scheduler.content.Contents} counts: whatever its tasks read is not
 *                    older
 * @param job         the job on whose behalf it runs: decides its turn
 * @param layout      which tasks the stage has
 * @param readsLittle whether its tasks read little from shuffles, so that fetching for several at once pays
 */
public record Assignment(
        StageAttempt attempt, long moment, JobId job, StagePlan plan, TaskLayout layout, boolean readsLittle) {}
