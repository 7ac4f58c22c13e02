package dev.quiver.id;

import java.io.Serializable;

/** One dataset (a node of the lineage), numbered by its session from 0. */
public record DatasetId(int value) implements Serializable {
    /** Written out, as those of all ids that key the scheduler's maps: what Java makes of a record is slow to start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DatasetId id && id.value == value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
