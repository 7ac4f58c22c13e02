package dev.quiver.id;

import java.io.Serializable;

/** One dataset (a node of the lineage), numbered by its session from 0. */
public record DatasetId(int value) implements Serializable {
    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
