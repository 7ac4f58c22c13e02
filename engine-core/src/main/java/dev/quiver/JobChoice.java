package dev.quiver;

import java.util.Objects;

/**
 * Which running jobs are meant.
 *
 * @param name   of a group or a tag; else empty
 * @param number of a job or a stage; else 0
 */
public record JobChoice(Kind kind, String name, int number) {
    /** By what jobs are chosen. */
    public enum Kind {
        ALL,
        JOB,
        STAGE,
        GROUP,
        TAG
    }

    public JobChoice {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    /** All of them. */
    public static JobChoice all() {
        return new JobChoice(Kind.ALL, "", 0);
    }

    /** The job of this number, as logs and errors name it. */
    public static JobChoice job(int number) {
        return new JobChoice(Kind.JOB, "", number);
    }

    /** Those that need the stage of this number, as progress and logs name it. */
    public static JobChoice stage(int number) {
        return new JobChoice(Kind.STAGE, "", number);
    }

    /** Those that began in {@link Session#withGroup}. */
    public static JobChoice group(String name) {
        return new JobChoice(Kind.GROUP, name, 0);
    }

    /** Those that began in {@link Session#withTag}. */
    public static JobChoice tag(String name) {
        return new JobChoice(Kind.TAG, name, 0);
    }
}
