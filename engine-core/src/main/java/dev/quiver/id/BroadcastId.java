package dev.quiver.id;

import java.io.Serializable;

/** One broadcast value, numbered by its session from 0. */
public record BroadcastId(long value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
