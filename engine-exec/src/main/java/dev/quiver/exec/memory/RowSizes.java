package dev.quiver.exec.memory;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.serializer.ValueSerializer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * How many bytes of heap rows take as objects, about: what operators that keep objects ask memory for. Counts objects of
 * known classes as a JVM lays them out whose heap is below 32 GiB (headers of 12 bytes, references of 4, sizes in steps of
 * 8), and what is in the middle of a batch of columns by its shape; an object that two rows share is counted twice. Of
 * classes that only the serializer knows, a few values are written and the others taken to be alike. Belongs to one thread.
 */
public final class RowSizes {
    /** Bytes of a reference, such as one place in an array of objects. */
    public static final int REFERENCE = 4;

    /** Elements of a long collection that are looked at. */
    private static final int MOST_LOOKED_AT = 64;

    /** What is nested deeper is not looked at: it may hold itself. */
    private static final int MOST_DEPTH = 24;

    private static final long UNSEEN = 64;

    private final ValueSerializer serializer;
    private final ShapeSizes shapes;
    private final Map<Class<?>, SampledSize> sampled = new HashMap<>();
    private boolean one;

    /**
     * @param serializer writes what has no columns of its own
     * @param loader     finds the classes that shapes name
     */
    public RowSizes(ValueSerializer serializer, ClassLoader loader) {
        this.serializer = serializer;
        this.shapes = new ShapeSizes(loader);
    }

    /** Sizes of single rows, which writes none: objects that only the serializer could take apart count as small. */
    static RowSizes ofKnownClasses() {
        return new RowSizes(null, RowSizes.class.getClassLoader());
    }

    /** Bytes that the rows of a batch take when they are made into objects. Looks at no row. */
    public long ofRows(ColumnBatch batch) {
        return shapes.of(batch);
    }

    /** Bytes of the first rows of an array, and of all they hold; without the array. */
    public long of(Object[] rows, int count) {
        long bytes = 0;
        for (int row = 0; row < count; row++) {
            bytes += of(rows[row]);
        }
        return bytes;
    }

    /** Bytes of a value and of all it holds; 0 for null. */
    public long of(Object value) {
        return of(value, 0);
    }

    /** As {@link #of(Object)}, but what only the serializer knows is always written, so that growth of a value is seen. */
    long ofOne(Object value) {
        one = true;
        long bytes = of(value, 0);
        one = false;
        return bytes;
    }

    private long of(Object value, int depth) {
        if (value == null) {
            return 0;
        }
        if (value instanceof Pair<?, ?> pair) {
            return depth > MOST_DEPTH
                    ? UNSEEN
                    : ObjectBytes.PAIR + of(pair.key(), depth + 1) + of(pair.value(), depth + 1);
        }
        long leaf = ObjectBytes.ofLeaf(value);
        if (leaf >= 0) {
            return leaf;
        }
        if (value instanceof Text text) {
            return ObjectBytes.TEXT + text.length();
        }
        if (depth > MOST_DEPTH) {
            return UNSEEN;
        }
        if (value instanceof Collection<?> elements) {
            return ObjectBytes.collection(elements) + elements(elements, depth);
        }
        if (value instanceof Object[] array) {
            return ObjectBytes.array(array.length, REFERENCE) + elements(Arrays.asList(array), depth);
        }
        if (value instanceof Map<?, ?> map) {
            return ObjectBytes.map(map.size()) + elements(map.keySet(), depth) + elements(map.values(), depth);
        }
        if (value instanceof Optional<?> optional) {
            return ObjectBytes.OPTIONAL + of(optional.orElse(null), depth + 1);
        }
        if (value instanceof Record record) {
            RecordSize size = RecordSize.of(record.getClass());
            if (size != null) {
                return ofRecord(record, size, depth);
            }
        }
        if (serializer == null) {
            return UNSEEN;
        }
        return one
                ? SampledSize.measured(value, serializer)
                : sampled.computeIfAbsent(value.getClass(), type -> new SampledSize())
                        .of(value, serializer);
    }

    private long ofRecord(Record record, RecordSize size, int depth) {
        long bytes = size.shallow();
        for (int index = 0; index < size.references(); index++) {
            bytes += of(size.reference(record, index), depth + 1);
        }
        return bytes;
    }

    /** The elements of a collection; of a long one the first count for all. */
    private long elements(Collection<?> elements, int depth) {
        long bytes = 0;
        int looked = 0;
        Iterator<?> iterator = elements.iterator();
        while (looked < MOST_LOOKED_AT && iterator.hasNext()) {
            bytes += of(iterator.next(), depth + 1);
            looked++;
        }
        return looked == 0 ? 0 : (long) ((double) bytes / looked * Math.max(looked, elements.size()));
    }
}
