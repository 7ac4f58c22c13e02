package dev.quiver.id;

import java.io.Serializable;

/**
 * One incarnation of an executor. A process that comes back under the same name is a new incarnation, so that news from
 * the dead one is recognised and ignored.
 *
 * @param name        the name the cluster backend gave, for example {@code 0} or {@code driver}
 * @param incarnation counts the processes that carried this name, from 0
 */
public record ExecutorId(String name, int incarnation) implements Serializable, Comparable<ExecutorId> {
    @Override
    public boolean equals(Object other) {
        return other instanceof ExecutorId id && id.incarnation == incarnation && id.name.equals(name);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + incarnation;
    }

    @Override
    public int compareTo(ExecutorId other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Integer.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return incarnation == 0 ? name : name + "~" + incarnation;
    }
}
