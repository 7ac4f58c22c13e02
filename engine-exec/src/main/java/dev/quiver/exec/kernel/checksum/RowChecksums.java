package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checksums of the rows that go to reduce partitions: the sum, modulo 2^64, of a hash of each row and its partition. Sums do
 * not depend on the order of rows or on where batches begin, and those of parts add up. A row that is changed, dropped, doubled
 * or moved to another partition changes the sum; that two contents have the same by chance has a probability of 2^-64. The
 * construction is the additive multiset hash of Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental multiset hash
 * functions and their application to memory integrity checking" (ASIACRYPT 2003), over a hash that is fast instead of hard to
 * invert: it finds accidents, not attacks.
 *
 * <p>What a row counts as follows from its value alone:
 * <ul>
 *   <li>Values of different kinds differ: 1 from 1L, a string from a text, a record from a pair or another record of the same
 *       parts, an empty list from an empty optional, and a null from all of these.
 *   <li>A null is the same in whatever column it stands, since a column of nulls alone does not know its kind; so is an empty
 *       list, whatever its elements would have been.
 *   <li>NaN and -0.0 count as {@link Double#equals} has it: all NaNs are one value, and -0.0 is not 0.0.
 *   <li>Opaque values count by their serialized bytes; where values of several shapes share an opaque column, each as it would
 *       without the others. Bytes tell more than {@code equals}: the order in which a hash set happens to iterate, or
 *       whether two fields share an object.
 * </ul>
 * Belongs to one thread.
 */
public final class RowChecksums {
    /** Opaque values inside opaque values are taken apart so deep, and then count by their bytes. */
    private static final int MOST_DEPTH = 3;

    private static final long ROW = Mixing.kind("row");
    private static final long OUTPUT = Mixing.kind("output");
    private static final long PARTITION = Mixing.kind("partition");

    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final int depth;
    private final Map<Shape, ShapeHash> hashes = new HashMap<>();
    private final long[] states = new long[ShapeHash.MOST_ROWS];
    private Shape lastShape;
    private ShapeHash lastHash;

    /**
     * @param serializer reads opaque values of several shapes
     * @param loader     finds the classes of such values
     */
    public RowChecksums(ValueSerializer serializer, ClassLoader loader) {
        this(serializer, loader, 0);
    }

    private RowChecksums(ValueSerializer serializer, ClassLoader loader, int depth) {
        this.serializer = serializer;
        this.loader = loader;
        this.depth = depth;
    }

    /**
     * The sum over all rows of a batch.
     *
     * @param reducePartition where all of them go
     * @param batch           borrowed
     */
    public long sum(int reducePartition, ColumnBatch batch) {
        long partition = partition(reducePartition);
        long sum = 0;
        for (int from = 0; from < batch.rows(); from += ShapeHash.MOST_ROWS) {
            int count = hash(batch, from, batch.rows());
            for (int row = 0; row < count; row++) {
                sum += Mixing.finish(states[row] ^ partition);
            }
        }
        return sum;
    }

    /**
     * The sum over some rows of a batch.
     *
     * @param batch   borrowed
     * @param from    the first row
     * @param to      behind the last row
     * @param targets the reduce partition of each row of the batch
     */
    public long sum(ColumnBatch batch, int from, int to, int[] targets) {
        long sum = 0;
        for (int start = from; start < to; start += ShapeHash.MOST_ROWS) {
            int count = hash(batch, start, to);
            for (int row = 0; row < count; row++) {
                sum += Mixing.finish(states[row] ^ partition(targets[start + row]));
            }
        }
        return sum;
    }

    /** The checksum of a map output from the sum of all its rows: a number other than that which stands for none. */
    public static long ofOutput(long sum) {
        long checksum = sum + OUTPUT;
        return checksum == MapOutput.NOT_COUNTED ? OUTPUT : checksum;
    }

    private static long partition(int reducePartition) {
        return Mixing.word(reducePartition, PARTITION);
    }

    /** Puts the states of the next rows in place; says how many. */
    private int hash(ColumnBatch batch, int from, int to) {
        int count = Math.min(ShapeHash.MOST_ROWS, to - from);
        Arrays.fill(states, 0, count, ROW);
        hash(batch.shape()).fold(batch.columns(), from, count, states);
        return count;
    }

    ShapeHash hash(Shape shape) {
        // Most batches share the very shape of the one before.
        if (shape != lastShape) {
            ShapeHash known = hashes.get(shape);
            if (known == null) {
                known = make(shape, 0);
                hashes.put(shape, known);
            }
            lastHash = known;
            lastShape = shape;
        }
        return lastHash;
    }

    /** @param column the first column of the part */
    private ShapeHash make(Shape shape, int column) {
        if (shape instanceof Shape.Scalar scalar) {
            return switch (scalar) {
                case STRING, TEXT, BYTES -> new SlicesHash(scalar.name(), column);
                case LOCAL_DATE_TIME, INSTANT, DURATION -> new TimesHash(scalar, column);
                default -> new FixedHash(scalar, column);
            };
        } else if (shape instanceof Shape.PairOf pair) {
            return parts("pair", List.of(pair.key(), pair.value()), column);
        } else if (shape instanceof Shape.RecordOf record) {
            List<Shape> components =
                    record.components().stream().map(Shape.Component::shape).toList();
            return parts("record " + record.className(), components, column);
        } else if (shape instanceof Shape.EnumOf constants) {
            return new SlicesHash("enum " + constants.className(), column);
        } else if (shape instanceof Shape.ListOf) {
            return new ListsHash("list", column, this::hash);
        } else if (shape instanceof Shape.OptionalOf) {
            return new ListsHash("optional", column, this::hash);
        } else if (shape instanceof Shape.ArrayOf array) {
            return new ListsHash("array of " + array.element().name(), column, this::hash);
        } else if (shape instanceof Shape.Opaque opaque) {
            return opaque.isMixed() && depth < MOST_DEPTH
                    ? new MixedHash(column, serializer, loader, new RowChecksums(serializer, loader, depth + 1))
                    : new SlicesHash("opaque", column);
        }
        throw new IllegalArgumentException("a batch cannot have the shape '" + shape + "'");
    }

    private ShapeHash parts(String kind, List<Shape> shapes, int first) {
        List<ShapeHash> parts = new ArrayList<>(shapes.size());
        int column = first;
        for (Shape shape : shapes) {
            parts.add(make(shape, column));
            column += ColumnLayout.columnCount(shape);
        }
        return new PartsHash(kind, parts);
    }
}
