package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.compile.ColumnShapes;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.StatePlan;
import dev.quiver.exec.compile.States;
import dev.quiver.exec.kernel.key.Growth;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.memory.StateSizes;
import dev.quiver.function.MergeFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Groups with keys of any shape that an index knows, and states of any kind: in primitive arrays worked on by generated
 * code where their shape allows it, else as objects. The first state tells; one that turns out to have another shape turns
 * all of them into objects, so that no row is ever refused.
 */
final class IndexedGroups implements Groups {
    private static final int TAKEN_ROWS = 8192;
    private static final long TAKEN_BYTES = 1 << 20;
    private static final int FIRST_OBJECTS = 64;

    private final Shape.PairOf shape;
    private final int keyColumns;
    private final KeyMerge merge;
    private final MergeFunction<Object, Object, Object> call;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private KeyIndex index;
    private int[] numbers = new int[0];
    private int known;
    private int taken;

    /** States in columns, or null while they are {@link #objects}. */
    private States states;

    private Object[] objects = new Object[FIRST_OBJECTS];
    private boolean staysObjects;
    private final OwnTexts texts = new OwnTexts();
    private final RowSizes rowSizes;
    private final StateSizes stateSizes;

    IndexedGroups(Shape.PairOf shape, KeyMerge merge, ValueSerializer serializer, ClassLoader loader) {
        this.shape = shape;
        this.keyColumns = ColumnLayout.columnCount(shape.key());
        this.merge = merge;
        this.call = merge.call();
        this.serializer = serializer;
        this.loader = loader;
        this.index = KeyIndex.of(shape.key());
        this.rowSizes = new RowSizes(serializer, loader);
        this.stateSizes = new StateSizes(rowSizes);
    }

    @Override
    public boolean takes(ColumnBatch batch) {
        return shape.equals(batch.shape()) && KeyIndex.takes(shape.key(), batch.columns(), batch.rows());
    }

    @Override
    public int add(ColumnBatch batch, int from, int to) throws Exception {
        if (numbers.length < to) {
            numbers = new int[Math.max(to, batch.rows())];
        }
        index.number(batch.columns(), batch.rows(), from, to, numbers);
        int row = from;
        if (known == 0 && states == null && !staysObjects && from < to) {
            row = mergeObjects(batch, from, from + 1);
            keepInColumns();
        }
        if (states != null && row < to) {
            if (hasNullValues(batch)) {
                keepAsObjects();
            } else {
                int merged = mergeStates(batch, row, to);
                if (merged < to) {
                    keepAsObjects();
                }
                row = merged;
            }
        }
        if (row < to) {
            mergeObjects(batch, row, to);
        }
        return to;
    }

    private boolean hasNullValues(ColumnBatch batch) {
        for (Column column : valueColumns(batch)) {
            if (Primitives.hasNulls(column, batch.rows())) {
                return true;
            }
        }
        return false;
    }

    private List<Column> valueColumns(ColumnBatch batch) {
        return batch.columns().subList(keyColumns, batch.columns().size());
    }

    private int mergeStates(ColumnBatch batch, int from, int to) throws Exception {
        states.reserve(index.size());
        int merged = states.merge(valueColumns(batch).toArray(new Column[0]), numbers, from, to, known);
        for (int row = from; row < merged; row++) {
            known = Math.max(known, numbers[row] + 1);
        }
        return merged;
    }

    private int mergeObjects(ColumnBatch batch, int from, int to) throws Exception {
        RowReader values = new RowReader(
                new ColumnBatch(shape.value(), batch.rows(), texts.of(batch, shape.value(), valueColumns(batch))),
                serializer,
                loader);
        if (objects.length < index.size()) {
            objects = Arrays.copyOf(objects, (int) Math.min(Integer.MAX_VALUE - 16, index.size() * 2L));
        }
        for (int row = from; row < to; row++) {
            int number = numbers[row];
            Object value = values.row(row);
            Object before = number < known ? objects[number] : null;
            boolean looks = stateSizes.looks();
            if (looks) {
                stateSizes.before(before);
            }
            Object state = number < known ? call.call(before, value) : merge.first(value);
            objects[number] = OwnTexts.kept(state, before);
            known = Math.max(known, number + 1);
            if (looks) {
                stateSizes.after(value, objects[number]);
            }
        }
        stateSizes.merged(to - from, objectBytes(batch, from, to));
        return to;
    }

    /** What the values of some rows take as objects. */
    private long objectBytes(ColumnBatch batch, int from, int to) {
        return batch.rows() == 0
                ? 0
                : rowSizes.ofRows(new ColumnBatch(shape.value(), batch.rows(), valueColumns(batch)))
                        * (to - from)
                        / batch.rows();
    }

    @Override
    public long bytesWith(ColumnBatch batch, int from, int to) {
        Growth growth = new Growth();
        index.growth(batch.columns(), from, to, growth);
        growStates(index.size() + (long) to - from, growth);
        return growth.peakBytes() + (states == null ? stateSizes.bytes() + objectBytes(batch, from, to) : 0);
    }

    @Override
    public long bytes() {
        Growth growth = new Growth();
        index.growth(List.of(), 0, 0, growth);
        growStates(0, growth);
        return growth.peakBytes() + (states == null ? stateSizes.bytes() : 0);
    }

    private void growStates(long keys, Growth growth) {
        if (states == null) {
            growth.array(objects.length, keys, RowSizes.REFERENCE);
            return;
        }
        for (int width : states.widths()) {
            growth.array(states.capacity(), keys, width);
        }
    }

    /** Moves the one state that there is into arrays, when arrays can hold it. */
    private void keepInColumns() {
        Shape state = ColumnShapes.ofRow(objects[0]);
        if (state == null
                || !StatePlan.keeps(state)
                || !LoopCompiler.knows(state, loader)
                || !LoopCompiler.knows(shape.value(), loader)
                || merge.create() == null && !state.equals(shape.value())) {
            staysObjects = true;
            return;
        }
        BatchBuilder builder = new BatchBuilder(state, serializer, loader);
        builder.append(objects[0]);
        ColumnBatch first = builder.seal();
        states = new States(new StatePlan(shape.value(), state, merge.create(), merge.merge()), loader);
        states.load(first);
        objects = new Object[0];
    }

    private void keepAsObjects() {
        objects = new Object[Math.max(FIRST_OBJECTS, known)];
        for (int from = 0; from < known; from += TAKEN_ROWS) {
            int count = Math.min(TAKEN_ROWS, known - from);
            RowReader reader = new RowReader(states.take(from, count), serializer, loader);
            for (int row = 0; row < count; row++) {
                objects[from + row] = reader.row(row);
            }
        }
        states = null;
        staysObjects = true;
        stateSizes.are(objects, known);
    }

    @Override
    public boolean complete() {
        return true;
    }

    @Override
    public int size() {
        return known;
    }

    @Override
    public ColumnBatch take() {
        int count = Math.min(TAKEN_ROWS, known - taken);
        if (count == 0) {
            return null;
        }
        ColumnBatch values;
        if (states != null) {
            values = states.take(taken, count);
        } else {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            int row = 0;
            while (row < count && builder.sizeBytes() < TAKEN_BYTES) {
                builder.append(objects[taken + row]);
                objects[taken + row++] = null;
            }
            count = row;
            values = builder.seal();
        }
        List<Column> columns = new ArrayList<>(index.keys(taken, count));
        columns.addAll(values.columns());
        taken += count;
        return new ColumnBatch(new Shape.PairOf(shape.key(), values.shape()), count, columns);
    }

    @Override
    public void clear() {
        index = KeyIndex.of(shape.key());
        known = 0;
        taken = 0;
        // Generated code knows the shape by now; a new state of the same shape finds it compiled.
        states = null;
        objects = new Object[FIRST_OBJECTS];
        stateSizes.clear();
    }
}
