package dev.quiver.shape;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What rows look like, and with it how they are laid out in columns. Inferred by {@link Shapes}; users never write one
 * unless they want to. A shape never says whether a value may be null: every column can hold nulls.
 */
public sealed interface Shape extends Serializable {
    /** Values of one column. */
    enum Scalar implements Shape {
        BOOLEAN,
        BYTE,
        SHORT,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        CHAR,
        STRING,
        TEXT,
        BYTES,
        LOCAL_DATE,
        LOCAL_TIME,
        LOCAL_DATE_TIME,
        INSTANT,
        DURATION;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A {@link dev.quiver.Pair}: the columns of its key, then those of its value. */
    record PairOf(Shape key, Shape value) implements Shape {
        @Override
        public String toString() {
            return "(" + key + ", " + value + ")";
        }
    }

    /** A Java record: the columns of its components, in order. Named by class, so that each side loads its own. */
    record RecordOf(String className, List<Component> components) implements Shape {
        public RecordOf {
            components = List.copyOf(components);
        }

        @Override
        public String toString() {
            return className.substring(className.lastIndexOf('.') + 1) + components;
        }
    }

    /** One component of a record. */
    record Component(String name, Shape shape) implements Serializable {
        @Override
        public String toString() {
            return name + ": " + shape;
        }
    }

    /** A Java enum, stored as its constant's name. */
    record EnumOf(String className) implements Shape {}

    /**
     * An array of primitives: of booleans, shorts, chars, ints, longs, floats or doubles. A {@code byte[]} is a {@code
     * BYTES}; arrays of objects and of arrays are opaque.
     *
     * @param element what the array holds
     */
    record ArrayOf(Scalar element) implements Shape {
        private static final Set<Scalar> ELEMENTS = EnumSet.of(
                Scalar.BOOLEAN, Scalar.SHORT, Scalar.CHAR, Scalar.INT, Scalar.LONG, Scalar.FLOAT, Scalar.DOUBLE);

        public ArrayOf {
            if (!ELEMENTS.contains(element)) {
                throw new IllegalArgumentException("there is no shape for arrays of " + element
                        + "; only for arrays of " + ELEMENTS + ", and BYTES for byte[]");
            }
        }

        @Override
        public String toString() {
            return element + "[]";
        }
    }

    /** A {@link List} whose elements all have one shape. */
    record ListOf(Shape element) implements Shape {
        @Override
        public String toString() {
            return "list of " + element;
        }
    }

    /** A {@link java.util.Optional}. */
    record OptionalOf(Shape element) implements Shape {
        @Override
        public String toString() {
            return "optional " + element;
        }
    }

    /** Anything else: one binary column, written by the value serializer. */
    record Opaque(String why) implements Shape {
        private static final String MIXED = "mixed: ";

        /** Of a column in which some values are of other shapes than the rest. */
        public static Opaque mixed(String what) {
            return new Opaque(MIXED + what);
        }

        /** Whether values in it may have a shape of their own, and columns, where the others are not around. */
        public boolean isMixed() {
            return why.startsWith(MIXED);
        }

        @Override
        public String toString() {
            return "opaque(" + why + ")";
        }
    }

    /** Not known where the dataset was defined; decided from its first rows, chunk by chunk. */
    record Unknown() implements Shape {
        @Override
        public String toString() {
            return "by first rows";
        }
    }

    /** The shape that is decided from the rows. */
    Shape UNKNOWN = new Unknown();
}
