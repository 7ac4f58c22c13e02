package dev.quiver;

import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Turns the values of a key on both sides into joined pairs, one at a time: a frequent key never fills the memory. */
enum JoinRows implements FlatMapFunction<Object, Object>, JoinKind {
    INNER(false, false),
    LEFT(false, true),
    RIGHT(true, false),
    FULL(true, true);

    private final boolean leftOptional;
    private final boolean rightOptional;

    JoinRows(boolean leftOptional, boolean rightOptional) {
        this.leftOptional = leftOptional;
        this.rightOptional = rightOptional;
    }

    @Override
    public boolean leftOptional() {
        return leftOptional;
    }

    @Override
    public boolean rightOptional() {
        return rightOptional;
    }

    @Override
    public Iterable<?> call(Object row) {
        Pair<?, ?> pair = (Pair<?, ?>) row;
        List<?> groups = (List<?>) pair.value();
        List<?> left = side((List<?>) groups.get(0), leftOptional);
        List<?> right = side((List<?>) groups.get(1), rightOptional);
        Object key = pair.key();
        return () -> rows(key, left, right);
    }

    private Iterator<Object> rows(Object key, List<?> left, List<?> right) {
        return new Iterator<>() {
            private int leftIndex;
            private int rightIndex;

            @Override
            public boolean hasNext() {
                return leftIndex < left.size() && !right.isEmpty();
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Object leftValue = wrap(left.get(leftIndex), leftOptional);
                Object rightValue = wrap(right.get(rightIndex), rightOptional);
                rightIndex++;
                if (rightIndex == right.size()) {
                    rightIndex = 0;
                    leftIndex++;
                }
                return new Pair<>(key, new Pair<>(leftValue, rightValue));
            }
        };
    }

    /** A side that may be missing stands as one absent value. */
    private static List<?> side(List<?> values, boolean optional) {
        return optional && values.isEmpty() ? Collections.singletonList(null) : values;
    }

    private static Object wrap(Object value, boolean optional) {
        return optional ? Optional.ofNullable(value) : value;
    }

    /** What the joined values look like. */
    Shape shape(Shape left, Shape right) {
        return new Shape.PairOf(
                leftOptional ? Shapes.optionalOf(left) : left, rightOptional ? Shapes.optionalOf(right) : right);
    }
}
