package dev.quiver.shape;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.serializer.Lambdas;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Infers shapes, from functions, from types and from values. Where the types say nothing the rows will. */
public final class Shapes {
    /** Of the value of a pair that stands for its key alone: always 0, which every kernel knows. */
    public static final Shape NOTHING = Shape.Scalar.INT;

    private static final Map<Class<?>, Shape> LEAVES = Map.ofEntries(
            Map.entry(boolean.class, Shape.Scalar.BOOLEAN),
            Map.entry(Boolean.class, Shape.Scalar.BOOLEAN),
            Map.entry(byte.class, Shape.Scalar.BYTE),
            Map.entry(Byte.class, Shape.Scalar.BYTE),
            Map.entry(short.class, Shape.Scalar.SHORT),
            Map.entry(Short.class, Shape.Scalar.SHORT),
            Map.entry(int.class, Shape.Scalar.INT),
            Map.entry(Integer.class, Shape.Scalar.INT),
            Map.entry(long.class, Shape.Scalar.LONG),
            Map.entry(Long.class, Shape.Scalar.LONG),
            Map.entry(float.class, Shape.Scalar.FLOAT),
            Map.entry(Float.class, Shape.Scalar.FLOAT),
            Map.entry(double.class, Shape.Scalar.DOUBLE),
            Map.entry(Double.class, Shape.Scalar.DOUBLE),
            Map.entry(char.class, Shape.Scalar.CHAR),
            Map.entry(Character.class, Shape.Scalar.CHAR),
            Map.entry(String.class, Shape.Scalar.STRING),
            Map.entry(Text.class, Shape.Scalar.TEXT),
            Map.entry(byte[].class, Shape.Scalar.BYTES),
            Map.entry(boolean[].class, new Shape.ArrayOf(Shape.Scalar.BOOLEAN)),
            Map.entry(short[].class, new Shape.ArrayOf(Shape.Scalar.SHORT)),
            Map.entry(char[].class, new Shape.ArrayOf(Shape.Scalar.CHAR)),
            Map.entry(int[].class, new Shape.ArrayOf(Shape.Scalar.INT)),
            Map.entry(long[].class, new Shape.ArrayOf(Shape.Scalar.LONG)),
            Map.entry(float[].class, new Shape.ArrayOf(Shape.Scalar.FLOAT)),
            Map.entry(double[].class, new Shape.ArrayOf(Shape.Scalar.DOUBLE)),
            Map.entry(LocalDate.class, Shape.Scalar.LOCAL_DATE),
            Map.entry(LocalTime.class, Shape.Scalar.LOCAL_TIME),
            Map.entry(LocalDateTime.class, Shape.Scalar.LOCAL_DATE_TIME),
            Map.entry(Instant.class, Shape.Scalar.INSTANT),
            Map.entry(Duration.class, Shape.Scalar.DURATION));

    private Shapes() {}

    /**
     * What a function returns, from the signature that its lambda or method reference was compiled to.
     *
     * @param input what it is given: tells what {@code Pair::key} and {@code Pair::value} return
     * @return {@code UNKNOWN} where generics hide it
     */
    public static Shape ofFunction(Serializable function, Shape input) {
        if (input instanceof Shape.PairOf pair) {
            if (Lambdas.isReferenceTo(function, Pair.class, "key")) {
                return pair.key();
            }
            if (Lambdas.isReferenceTo(function, Pair.class, "value")) {
                return pair.value();
            }
        }
        return Lambdas.resultType(function).map(Shapes::ofType).orElse(Shape.UNKNOWN);
    }

    /** What objects of a class look like. */
    public static Shape ofClass(Class<?> type) {
        return ofType(type);
    }

    /** What objects of a type look like. */
    public static Shape ofType(Type type) {
        return ofType(type, new LinkedHashSet<>());
    }

    /** What these values look like if they are all of one class, nulls aside; else {@code UNKNOWN}. */
    public static Shape ofValues(Collection<?> values) {
        Class<?> common = null;
        for (Object value : values) {
            if (value != null && value.getClass() != common) {
                if (common != null) {
                    return Shape.UNKNOWN;
                }
                common = value.getClass();
            }
        }
        if (common == null || List.class.isAssignableFrom(common)) {
            return Shape.UNKNOWN;
        }
        return ofType(common);
    }

    /** The shape of the key of pairs. */
    public static Shape key(Shape pairs) {
        return pairs instanceof Shape.PairOf pair ? pair.key() : Shape.UNKNOWN;
    }

    /** The shape of the value of pairs. */
    public static Shape value(Shape pairs) {
        return pairs instanceof Shape.PairOf pair ? pair.value() : Shape.UNKNOWN;
    }

    /** The shape itself when it is one of pairs, else that of pairs of which nothing else is known. */
    public static Shape pairOf(Shape shape) {
        return shape instanceof Shape.PairOf ? shape : new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN);
    }

    /** Of lists; unknown when the elements are. */
    public static Shape listOf(Shape element) {
        return isKnown(element) ? new Shape.ListOf(element) : Shape.UNKNOWN;
    }

    /** Of optionals; unknown when what they hold is. */
    public static Shape optionalOf(Shape element) {
        return isKnown(element) ? new Shape.OptionalOf(element) : Shape.UNKNOWN;
    }

    /** Whether no part of it waits for the first rows. */
    private static boolean isKnown(Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            return isKnown(pair.key()) && isKnown(pair.value());
        }
        if (shape instanceof Shape.RecordOf record) {
            return record.components().stream().allMatch(component -> isKnown(component.shape()));
        }
        return !(shape instanceof Shape.Unknown);
    }

    private static Shape ofType(Type type, Set<Class<?>> enclosing) {
        if (type instanceof Class<?> raw) {
            return ofClass(raw, enclosing);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Type[] arguments = generic.getActualTypeArguments();
            if (raw == Pair.class) {
                return new Shape.PairOf(ofType(arguments[0], enclosing), ofType(arguments[1], enclosing));
            }
            if (raw == List.class) {
                return listOf(ofType(arguments[0], enclosing));
            }
            if (raw == Optional.class) {
                return optionalOf(ofType(arguments[0], enclosing));
            }
            return ofClass(raw, enclosing);
        }
        if (type instanceof WildcardType wildcard) {
            return ofType(wildcard.getUpperBounds()[0], enclosing);
        }
        return Shape.UNKNOWN;
    }

    private static Shape ofClass(Class<?> raw, Set<Class<?>> enclosing) {
        Shape leaf = LEAVES.get(raw);
        if (leaf != null) {
            return leaf;
        }
        if (raw == Pair.class) {
            return new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN);
        }
        if (raw.isRecord()) {
            return ofRecord(raw, enclosing);
        }
        Class<?> declaring = raw.getSuperclass() != null && raw.getSuperclass().isEnum() ? raw.getSuperclass() : raw;
        if (declaring.isEnum()) {
            return new Shape.EnumOf(declaring.getName());
        }
        boolean saysLittle = raw.isInterface()
                || raw == Object.class
                || raw == Optional.class
                || Modifier.isAbstract(raw.getModifiers()) && !raw.isArray();
        return saysLittle ? Shape.UNKNOWN : new Shape.Opaque(raw.getTypeName());
    }

    private static Shape ofRecord(Class<?> raw, Set<Class<?>> enclosing) {
        if (!enclosing.add(raw)) {
            return new Shape.Opaque("record " + raw.getSimpleName() + " contains itself");
        }
        List<Shape.Component> components = new ArrayList<>();
        for (RecordComponent component : raw.getRecordComponents()) {
            Shape shape = ofType(component.getGenericType(), enclosing);
            components.add(new Shape.Component(component.getName(), shape));
        }
        enclosing.remove(raw);
        return new Shape.RecordOf(raw.getName(), components);
    }
}
