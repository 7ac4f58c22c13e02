package dev.quiver.scheduler.dag;

import dev.quiver.id.JobId;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.stage.ResultStage;

/** An action under way. */
record Job(JobId id, ResultStage result, JobListener listener) {}
