package dev.quiver.exec.column;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.shape.Shape;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The shape of a value. Parts whose type says too little stay unknown, so that each builder asks their values. */
public final class ShapeOfRows {
    private static final Map<Class<?>, Shape> LEAVES = new HashMap<>();
    private static final ClassValue<Shape> OF_CLASS = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return ofType(type, new HashSet<>());
        }
    };

    static {
        LEAVES.put(boolean.class, Shape.Scalar.BOOLEAN);
        LEAVES.put(Boolean.class, Shape.Scalar.BOOLEAN);
        LEAVES.put(byte.class, Shape.Scalar.BYTE);
        LEAVES.put(Byte.class, Shape.Scalar.BYTE);
        LEAVES.put(short.class, Shape.Scalar.SHORT);
        LEAVES.put(Short.class, Shape.Scalar.SHORT);
        LEAVES.put(int.class, Shape.Scalar.INT);
        LEAVES.put(Integer.class, Shape.Scalar.INT);
        LEAVES.put(long.class, Shape.Scalar.LONG);
        LEAVES.put(Long.class, Shape.Scalar.LONG);
        LEAVES.put(float.class, Shape.Scalar.FLOAT);
        LEAVES.put(Float.class, Shape.Scalar.FLOAT);
        LEAVES.put(double.class, Shape.Scalar.DOUBLE);
        LEAVES.put(Double.class, Shape.Scalar.DOUBLE);
        LEAVES.put(char.class, Shape.Scalar.CHAR);
        LEAVES.put(Character.class, Shape.Scalar.CHAR);
        LEAVES.put(String.class, Shape.Scalar.STRING);
        LEAVES.put(Text.class, Shape.Scalar.TEXT);
        LEAVES.put(byte[].class, Shape.Scalar.BYTES);
        LEAVES.put(boolean[].class, new Shape.ArrayOf(Shape.Scalar.BOOLEAN));
        LEAVES.put(short[].class, new Shape.ArrayOf(Shape.Scalar.SHORT));
        LEAVES.put(char[].class, new Shape.ArrayOf(Shape.Scalar.CHAR));
        LEAVES.put(int[].class, new Shape.ArrayOf(Shape.Scalar.INT));
        LEAVES.put(long[].class, new Shape.ArrayOf(Shape.Scalar.LONG));
        LEAVES.put(float[].class, new Shape.ArrayOf(Shape.Scalar.FLOAT));
        LEAVES.put(double[].class, new Shape.ArrayOf(Shape.Scalar.DOUBLE));
        LEAVES.put(LocalDate.class, Shape.Scalar.LOCAL_DATE);
        LEAVES.put(LocalTime.class, Shape.Scalar.LOCAL_TIME);
        LEAVES.put(LocalDateTime.class, Shape.Scalar.LOCAL_DATE_TIME);
        LEAVES.put(Instant.class, Shape.Scalar.INSTANT);
        LEAVES.put(Duration.class, Shape.Scalar.DURATION);
    }

    private ShapeOfRows() {}

    /** The shape of a value, unknown for null. */
    public static Shape of(Object value) {
        if (value == null) {
            return Shape.UNKNOWN;
        }
        if (value instanceof Enum<?> constant) {
            return new Shape.EnumOf(constant.getDeclaringClass().getName());
        }
        Shape shape = OF_CLASS.get(value.getClass());
        return shape instanceof Shape.Unknown ? ofValue(value) : shape;
    }

    private static Shape ofValue(Object value) {
        return value instanceof List<?> && ListWriter.isPlain(value)
                ? new Shape.ListOf(Shape.UNKNOWN)
                : new Shape.Opaque(value.getClass().getName());
    }

    /** What a class says; unknown where its instances differ. */
    private static Shape ofType(Class<?> type, Set<Class<?>> outer) {
        Shape leaf = LEAVES.get(type);
        if (leaf != null) {
            return leaf;
        }
        if (type == Pair.class) {
            return new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN);
        }
        if (type == Optional.class) {
            return new Shape.OptionalOf(Shape.UNKNOWN);
        }
        if (type.isEnum()) {
            return new Shape.EnumOf(type.getName());
        }
        if (!type.isRecord()) {
            return Shape.UNKNOWN;
        }
        if (type.isHidden() || RecordAccess.of(type).isEmpty() || !outer.add(type)) {
            return new Shape.Opaque(type.getName());
        }
        List<Shape.Component> components = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.add(new Shape.Component(component.getName(), ofType(component.getType(), outer)));
        }
        outer.remove(type);
        return new Shape.RecordOf(type.getName(), components);
    }
}
