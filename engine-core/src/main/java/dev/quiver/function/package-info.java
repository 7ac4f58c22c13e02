/**
 * The functions users write. All are serializable, may throw checked exceptions and need no cast; they are called by
 * many threads at once on different rows, so what they capture must not be changed by them. Start at
 * {@link dev.quiver.function.MapFunction}.
 */
package dev.quiver.function;
