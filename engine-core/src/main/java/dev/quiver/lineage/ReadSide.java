package dev.quiver.lineage;

import java.io.Serializable;
import java.util.Comparator;

/** What the reduce side of a shuffle does with the rows it fetched. */
public sealed interface ReadSide extends Serializable {
    /** Passes them on as they come. */
    record AsIs() implements ReadSide {}

    /** Merges the values of each key; the rows are pairs, combined on the map side when the aggregation says so. */
    record Aggregated(Aggregation aggregation) implements ReadSide {}

    /** Sorts pairs by key. */
    record SortedByKey(Comparator<Object> order) implements ReadSide {}
}
