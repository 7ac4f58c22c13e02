package dev.quiver.exec.compile;

/**
 * A value that rows are merged into, kept without a box while generated code works on it. Interpreter and generated code
 * share it: the interpreter uses {@link #value()}, a loop the field of its kind. Belongs to one task.
 */
public final class Accumulator {
    /** How generated code holds the value. */
    public enum Kind {
        LONG,
        INT,
        DOUBLE,
        OBJECT
    }

    Kind kind = Kind.OBJECT;
    boolean mixed;

    /** The value while its kind is that of the field. */
    public long longs;

    /** The value while its kind is that of the field. */
    public int ints;

    /** The value while its kind is that of the field. */
    public double doubles;

    /** The value while its kind is {@code OBJECT}. */
    public Object object;

    /** The kind in which generated code should hold the value now. Values of changing type stay objects. */
    public Kind preferredKind() {
        if (kind != Kind.OBJECT) {
            return kind;
        }
        if (mixed) {
            return Kind.OBJECT;
        }
        return object instanceof Long
                ? Kind.LONG
                : object instanceof Integer ? Kind.INT : object instanceof Double ? Kind.DOUBLE : Kind.OBJECT;
    }

    /** Holds the value in its preferred kind, for a loop made for it. */
    public void unbox() {
        Kind preferred = preferredKind();
        if (kind == preferred) {
            return;
        }
        kind = preferred;
        switch (preferred) {
            case LONG -> longs = (Long) object;
            case INT -> ints = (Integer) object;
            case DOUBLE -> doubles = (Double) object;
            case OBJECT -> {}
        }
        object = null;
    }

    /** Called by generated code when the value became one of another type: it is an object from now on. */
    public void mix(Object value) {
        kind = Kind.OBJECT;
        mixed = true;
        object = value;
    }

    /** The value as an object. */
    public Object value() {
        return switch (kind) {
            case LONG -> longs;
            case INT -> ints;
            case DOUBLE -> doubles;
            case OBJECT -> object;
        };
    }

    /** Sets the value; the next {@link #unbox} decides how it is held. */
    public void value(Object value) {
        kind = Kind.OBJECT;
        object = value;
    }
}
