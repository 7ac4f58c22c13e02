package dev.quiver.task;

import java.io.Serializable;

/** Which attempt of a map partition wrote a map output. */
public record MapVersion(int mapPartition, int epoch, int attempt) implements Serializable {
    @Override
    public String toString() {
        return mapPartition + "@" + epoch + "." + attempt;
    }
}
