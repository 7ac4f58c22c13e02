package dev.quiver.lineage;

/**
 * Told by the function of a {@link Op.FlatMap} that makes joined pairs of the groups of a {@link Op.CoGroup} of two
 * inputs: an executor that sees it may join the inputs without building the groups. A side that may be missing is
 * wrapped in an {@code Optional}; a null value of it reads as missing.
 */
public interface JoinKind {
    /** Whether keys that only the right input has are kept, with the left value missing. */
    boolean leftOptional();

    /** Whether keys that only the left input has are kept, with the right value missing. */
    boolean rightOptional();
}
