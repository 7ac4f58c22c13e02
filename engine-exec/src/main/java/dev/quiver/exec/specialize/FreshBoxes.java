package dev.quiver.exec.specialize;

/**
 * Boxes that are never shared. {@code Long.valueOf} gives either a cached box or a new one, and the JIT cannot do without
 * an object that may be either of two once it was stored in another object, say a pair; without a new one it can. Small
 * values get a box of their own here as well; see {@link IdentityUse}.
 */
public final class FreshBoxes {
    private FreshBoxes() {}

    /** One of two objects that always exist: there is nothing to make. */
    public static Boolean of(boolean value) {
        return value;
    }

    @SuppressWarnings("removal")
    public static Byte of(byte value) {
        return new Byte(value);
    }

    @SuppressWarnings("removal")
    public static Short of(short value) {
        return new Short(value);
    }

    @SuppressWarnings("removal")
    public static Character of(char value) {
        return new Character(value);
    }

    @SuppressWarnings("removal")
    public static Integer of(int value) {
        return new Integer(value);
    }

    @SuppressWarnings("removal")
    public static Long of(long value) {
        return new Long(value);
    }

    @SuppressWarnings("removal")
    public static Float of(float value) {
        return new Float(value);
    }

    @SuppressWarnings("removal")
    public static Double of(double value) {
        return new Double(value);
    }
}
