package dev.quiver.runtime.protocol;

/**
 * The name of a stage program on the executors of one driver.
 *
 * @param number given out by the driver; the same for programs of the same content
 */
public record ProgramId(long number) {
    @Override
    public boolean equals(Object other) {
        return other instanceof ProgramId id && id.number == number;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public String toString() {
        return String.valueOf(number);
    }
}
