package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists, and optionals as lists of no or one element. */
final class ListWriter extends ColumnWriter {
    /** Lists of these classes come back as an {@code ArrayList}, which equals them; others are opaque and keep theirs. */
    private static final Set<Class<?>> PLAIN = Set.of(
            ArrayList.class,
            List.of().getClass(),
            List.of(1).getClass(),
            List.of(1, 2, 3).subList(0, 2).getClass(),
            Arrays.asList(1, 2).getClass(),
            new ArrayList<>().subList(0, 0).getClass(),
            Collections.emptyList().getClass(),
            Collections.singletonList(1).getClass(),
            Collections.unmodifiableList(new ArrayList<>()).getClass());

    private final boolean optional;
    private final ColumnSlot elements;
    private int[] offsets;

    ListWriter(boolean optional, Shape element, int depth, BuildContext context) {
        super(context);
        this.optional = optional;
        this.elements = new ColumnSlot(element, depth + 1, context);
        this.offsets = new int[context.capacity + 1];
    }

    static boolean isPlain(Object value) {
        return PLAIN.contains(value.getClass());
    }

    @Override
    boolean append(Object value) {
        if (value == null) {
            markNull(rows);
        } else if (optional) {
            if (!(value instanceof Optional<?> option)) {
                return false;
            }
            if (option.isPresent()) {
                elements.append(option.get());
            }
        } else {
            if (!isPlain(value)) {
                return false;
            }
            for (Object element : (List<?>) value) {
                elements.append(element);
            }
        }
        reserve(1);
        offsets[++rows] = elements.rows();
        context.bytes += 4;
        return true;
    }

    private void reserve(int count) {
        if (rows + (long) count + 1 > offsets.length) {
            offsets = Arrays.copyOf(offsets, grown(offsets.length, rows + (long) count + 1));
        }
    }

    @Override
    Shape shape() {
        return optional ? new Shape.OptionalOf(elements.shape()) : new Shape.ListOf(elements.shape());
    }

    @Override
    boolean takes(Shape other) {
        return optional
                ? other instanceof Shape.OptionalOf option && elements.takes(option.element())
                : other instanceof Shape.ListOf list && elements.takes(list.element());
    }

    @Override
    boolean isFull() {
        return super.isFull() || elements.isFull();
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Lists from = (Column.Lists) columns.next();
        int base = elements.rows();
        reserve(count);
        for (int row = 1; row <= count; row++) {
            offsets[rows + row] = from.offsets()[row] + base;
        }
        ColumnBatch batch = from.elements();
        elements.copy(batch.shape(), new ColumnCursor(batch.columns()), batch.rows());
        copyNulls(from, count);
        rows += count;
        context.bytes += 4L * count;
    }

    @Override
    void seal(List<Column> into) {
        List<Column> inner = new ArrayList<>();
        Shape shape = elements.shape();
        int count = elements.rows();
        elements.seal(inner);
        into.add(new Column.Lists(
                wasteful(offsets.length, rows + 1) ? Arrays.copyOf(offsets, rows + 1) : offsets,
                new ColumnBatch(shape, count, inner),
                sealedNulls()));
    }
}
