package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.group.GroupedValues;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import dev.quiver.exec.kernel.partition.PartitionedColumns;
import dev.quiver.exec.kernel.sort.BatchSorter;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.List;

/** Says in words which kernels the two sides of a shuffle use for rows of a shape, and which go without and why. */
final class ShuffleDescription {
    private static final String DECIDED = " if the first rows are of a kind that it knows";

    private static final String FROM_DISK = "; part by part from disk where they do not fit into memory";

    private final ValueSerializer serializer;
    private final ClassLoader loader;

    ShuffleDescription(ValueSerializer serializer, ClassLoader loader) {
        this.serializer = serializer;
        this.loader = loader;
    }

    /** What a map side does with rows of a shape. */
    List<String> writing(StageSink.WriteShuffle write, Shape shape) {
        List<String> lines = new ArrayList<>();
        Aggregation mapSide = write.mapSide();
        if (mapSide != null && mapSide.mapSideCombine()) {
            lines.add("sink: values are merged by key before they cross, " + merging(mapSide, true, shape));
        }
        lines.add("sink: rows are dealt out " + dealing(write, shape));
        return lines;
    }

    /** How the loop before a shuffle hands over rows of a shape. */
    String leaving(StageSink.WriteShuffle write, Shape shape) {
        if (isOpen(shape)) {
            return "as columns or as objects, decided by the first rows";
        }
        String refusal = LoopCompiler.refusal(shape, loader);
        if (refusal == null && !ShuffleTarget.hasKernels(write, shape, loader)) {
            refusal = "no kernel takes them";
        }
        return refusal == null ? "as columns" : "as objects, because " + refusal;
    }

    private String dealing(StageSink.WriteShuffle write, Shape shape) {
        Partitioner partitioner = write.partitioner();
        String by = partitioner instanceof RoundRobin
                ? "in turn"
                : partitioner instanceof RangePartitioner ? "by ranges of the key" : "by the hash of the key";
        Shape key = write.keyed() ? Shapes.key(shape) : shape;
        if (partitioner instanceof RangePartitioner range && !(range.order() instanceof NaturalOrder)) {
            return by + ", row by row, because the order is a function";
        }
        if (!(partitioner instanceof RoundRobin)
                && !(partitioner instanceof RangePartitioner)
                && !(partitioner instanceof HashPartitioner)) {
            return "row by row, because only partition() of "
                    + partitioner.getClass().getName() + " can tell where";
        }
        if (isOpen(shape)
                && (isOpen(key)
                        || PartitionTargets.of(partitioner, write.keyed(), shape, 0, loader)
                                .isPresent())) {
            return by + ", by a kernel over columns" + DECIDED;
        }
        if (PartitionTargets.of(partitioner, write.keyed(), shape, 0, loader).isEmpty()) {
            return by + ", row by row, because there is no kernel for keys of the shape " + key;
        }
        boolean columns = PartitionTargets.of(partitioner, write.keyed(), shape, 0, loader)
                .flatMap(targets -> PartitionedColumns.like(
                        new BatchBuilder(shape, serializer, loader).seal(), 1, targets, null, 1))
                .isPresent();
        return by + (columns ? ", by a kernel over columns" : ", row by row, because it has lists or optionals");
    }

    /** What a reduce side does; its result is of the shape. */
    String reading(ReadSide side, Shape shape) {
        if (side instanceof ReadSide.Aggregated aggregated) {
            return aggregating(aggregated.aggregation(), shape);
        }
        if (side instanceof ReadSide.SortedByKey sorted) {
            return "rows are sorted " + sorting(sorted, shape) + "; those that memory has no room for, in runs on disk";
        }
        return "rows are passed on as they come";
    }

    /** How the values of each key are brought together; the result is of the shape. */
    String aggregating(Aggregation aggregation, Shape shape) {
        String how = aggregation instanceof Aggregation.Group
                ? "values are collected by key, " + grouping(shape)
                : "values are merged by key, " + merging(aggregation, false, shape);
        return how + FROM_DISK;
    }

    private String merging(Aggregation aggregation, boolean mapSide, Shape shape) {
        if (Merging.kernel(aggregation, mapSide) == null) {
            return "as objects, because functions make the accumulators";
        }
        if (isOpen(shape)) {
            return "by a hash kernel over columns" + DECIDED;
        }
        return Groups.knows(shape, loader)
                ? "by a hash kernel over columns"
                : "as objects, because there is no hash kernel for the shape " + shape;
    }

    private String grouping(Shape shape) {
        Shape lists = Shapes.value(shape);
        if (isOpen(shape) || !(lists instanceof Shape.ListOf list)) {
            return "by a hash kernel over columns" + DECIDED;
        }
        Shape pairs = new Shape.PairOf(Shapes.key(shape), list.element());
        return GroupedValues.knows(pairs, loader)
                ? "by a hash kernel over columns"
                : "as objects, because there is no hash kernel for the shape " + pairs;
    }

    private static String sorting(ReadSide.SortedByKey sorted, Shape shape) {
        if (!(sorted.order() instanceof NaturalOrder)) {
            return "as objects by the comparator, because the order is a function";
        }
        Shape key = Shapes.key(shape);
        if (isOpen(key)) {
            return "by a radix sort of columns" + DECIDED;
        }
        return sorts(key)
                ? "by a radix sort of columns"
                : "as objects by compareTo, because there is no radix sort for keys of the shape " + key;
    }

    /** How two inputs are joined; the result is of the shape. */
    String joining(Shape shape) {
        Shape key = Shapes.key(shape);
        if (isOpen(key)) {
            return "joined by a hash kernel over columns" + DECIDED + ", else as groups of objects";
        }
        return HashJoin.knows(key, loader)
                ? "joined by a hash kernel over columns; the smaller side becomes the table, part by part from disk"
                        + " where it does not fit into memory"
                : "joined as groups of objects, because there is no hash join for keys of the shape " + key;
    }

    /** Whether a node gives its rows as columns, if these are of a kind that columns and kernels know. */
    boolean comesAsColumns(StageNode source) {
        Shape shape = source.shape();
        Shape key = Shapes.key(shape);
        if (source.op() instanceof Op.FlatMap flatMap) {
            return flatMap.function() instanceof JoinKind && (isOpen(key) || HashJoin.knows(key, loader));
        }
        if (!(source.op() instanceof Op.ShuffleRead read)) {
            return source.op() instanceof Op.Collection || source.op() instanceof Op.Checkpointed;
        }
        if (read.readSide() instanceof ReadSide.Aggregated aggregated) {
            return Merging.kernel(aggregated.aggregation(), false) != null
                    && (isOpen(shape) || Groups.knows(shape, loader));
        }
        return !(read.readSide() instanceof ReadSide.SortedByKey sorted)
                || sorted.order() instanceof NaturalOrder && (isOpen(key) || sorts(key));
    }

    private static boolean sorts(Shape key) {
        return BatchSorter.sorts(key);
    }

    /** Whether some part of a shape is decided by the first rows. */
    static boolean isOpen(Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            return isOpen(pair.key()) || isOpen(pair.value());
        }
        if (shape instanceof Shape.RecordOf record) {
            return record.components().stream().anyMatch(component -> isOpen(component.shape()));
        }
        if (shape instanceof Shape.ListOf list) {
            return isOpen(list.element());
        }
        return shape instanceof Shape.OptionalOf optional ? isOpen(optional.element()) : shape instanceof Shape.Unknown;
    }
}
