package dev.quiver.id;

import java.io.Serializable;

/** One stage, numbered by its session from 0; parents have lower numbers than their children. */
public record StageId(int value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
