package dev.quiver.id;

import java.io.Serializable;

/** One exchange, numbered by its session from 0. */
public record ShuffleId(int value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
