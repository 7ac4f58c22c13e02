package dev.quiver;

import dev.quiver.id.JobId;

/** A job that ended without a result. The message names stage, partition, attempt and the user's line where they exist. */
public class JobFailedException extends QuiverException {
    private static final long serialVersionUID = 1;

    private final JobId job;

    public JobFailedException(JobId job, String message, Throwable cause) {
        super(message, cause);
        this.job = job;
    }

    /** The job that failed. */
    public JobId job() {
        return job;
    }
}
