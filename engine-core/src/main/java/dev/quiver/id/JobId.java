package dev.quiver.id;

import java.io.Serializable;

/** One action, numbered by its session from 0. */
public record JobId(int value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
