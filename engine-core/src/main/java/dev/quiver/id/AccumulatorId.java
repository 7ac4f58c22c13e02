package dev.quiver.id;

import java.io.Serializable;

/** One accumulator, numbered by its session from 0. */
public record AccumulatorId(long value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
