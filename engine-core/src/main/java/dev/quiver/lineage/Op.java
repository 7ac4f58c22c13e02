package dev.quiver.lineage;

import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.IndexedPartitionFunction;
import dev.quiver.function.MapFunction;
import java.io.Serializable;
import java.util.List;

/**
 * What one node of the lineage does to its inputs: data, not code, so that a stage can be interpreted or compiled. An
 * operator never points to its inputs; the node or the stage plan around it does.
 */
public sealed interface Op extends Serializable {
    /** Rows given by the driver; slice i is fetched as block {@code CollectionSlice(dataset, i)} when it is needed. */
    record Collection(int sliceCount) implements Op {}

    /** The longs from {@code start} (inclusive) to {@code end} (exclusive) in steps, split evenly. */
    record Range(long start, long end, long step, int partitionCount) implements Op {
        /** How many longs there are. */
        public long rows() {
            long span = step > 0 ? Math.subtractExact(end, start) : Math.subtractExact(start, end);
            long stride = Math.abs(step);
            return span <= 0 ? 0 : (span - 1) / stride + 1;
        }
    }

    /**
     * Lines of text, one file split a partition.
     *
     * @param slices whether rows are slices of what was read, {@link dev.quiver.Text}, or strings
     */
    record TextFile(List<FileSplit> splits, boolean slices) implements Op {
        /** Lines as strings. */
        public TextFile(List<FileSplit> splits) {
            this(splits, false);
        }
    }

    /**
     * Rows that a checkpoint wrote.
     *
     * @param folder     absolute path of a folder that driver and executors share
     * @param partitions the files of each partition, in order; none for an empty one
     */
    record Checkpointed(String folder, List<List<CheckpointFile>> partitions) implements Op {}

    /** Rows that lie in blocks of executors and nowhere else: reading one that is gone fails. */
    record LocallyCheckpointed() implements Op {}

    /** One row from one row. */
    record Map(MapFunction<Object, Object> function) implements Op {}

    /** The rows that pass. */
    record Filter(FilterFunction<Object> function) implements Op {}

    /** Any number of rows from one row. */
    record FlatMap(FlatMapFunction<Object, Object> function) implements Op {}

    /** Pairs whose value is replaced; keys and partitioning stay. */
    record MapValues(MapFunction<Object, Object> function) implements Op {}

    /** Pairs of a key computed from the row, and the row. */
    record KeyBy(MapFunction<Object, Object> function) implements Op {}

    /** All rows of a partition at once. */
    record MapPartitions(IndexedPartitionFunction<Object, Object> function) implements Op {}

    /** Pairs with the values of each key merged, where equal keys lie in the same partition already. */
    record AggregateByKey(Aggregation aggregation) implements Op {}

    /** The partitions of several inputs side by side, or several partitions of one input as one. */
    record Concatenate() implements Op {}

    /** What a shuffle brought. Its one input is a shuffle. */
    record ShuffleRead(ReadSide readSide) implements Op {}

    /**
     * Pairs of a key and one list of values per input ({@code List<List<Object>>}). Inputs are shuffles, or narrow when
     * they are already partitioned alike.
     */
    record CoGroup(int inputCount) implements Op {}
}
