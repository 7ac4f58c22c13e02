package dev.quiver.lineage;

/** How a dataset depends on another. */
public sealed interface Dependency permits Dependency.Narrow, ShuffleDependency {
    Lineage parent();

    /** Each partition reads a few known partitions of the parent, in the same stage. */
    record Narrow(Lineage parent, PartitionMapping mapping) implements Dependency {
        @Override
        public String toString() {
            return "narrow on " + parent;
        }
    }
}
