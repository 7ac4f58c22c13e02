package dev.quiver.stage;

import dev.quiver.function.FoldPartitionFunction;
import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import java.io.Serializable;

/** What a result stage makes of the rows of one partition. The result's type stands at each. */
public sealed interface Action extends Serializable {
    /** {@code Long}: how many rows there are. */
    record Count() implements Action {}

    /** {@code List}: the rows; at most {@code limit} of them, the first ones. */
    record Collect(long limit) implements Action {}

    /** {@code List} of no or one element: the rows merged pairwise; of one element a slice when there are several. */
    record Reduce(ReduceFunction<Object> merge) implements Action {}

    /** The accumulator: rows folded into a fresh copy of {@code zero}. */
    record Fold(Serializable zero, MergeFunction<Object, Object, Object> add) implements Action {}

    /** {@code null}: each row is handed to the function. */
    record ForEach(ForeachFunction<Object> function) implements Action {}

    /**
     * {@code Pair<Long, List>}: how many pairs there are, and an even sample of their keys. The same rows give the same
     * sample.
     *
     * @param keys most keys in the sample, at least 1
     */
    record SampleKeys(int keys) implements Action {}

    /** Whatever the function returns, which must be serializable by the value serializer. */
    record FoldPartition(FoldPartitionFunction<Object, Object> function) implements Action {}

    /**
     * {@code SavedPart}: rows written as lines of a text file, published under its final name only after the driver
     * granted the commit.
     *
     * @param directory absolute path of the output folder
     * @param attemptDirectory folder for files of attempts that have not been granted
     */
    record SaveText(String directory, String attemptDirectory) implements Action {}

    /** What a {@link SaveText} task published. */
    record SavedPart(String fileName, long bytes, long rows) implements Serializable {}
}
