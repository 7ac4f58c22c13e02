package dev.quiver.benchmarks;

/**
 * What one run gave.
 *
 * @param check what must be equal for all engines
 * @param nanos how long it took by the workload's own clock; negative for the time of the whole run
 * @param extra further figures, as {@code name=value} separated by spaces, or empty
 */
record Outcome(String check, long nanos, String extra) {
    static Outcome of(long check) {
        return new Outcome(Long.toString(check), -1, "");
    }

    static Outcome of(String check) {
        return new Outcome(check, -1, "");
    }
}
