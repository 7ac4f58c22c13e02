/**
 * Values as bytes, for results, broadcasts and opaque columns. Safe for use by many threads. Start at
 * {@link dev.quiver.exec.value.KryoValueSerializer}; which class is written how is decided in {@code ValueKryo}.
 */
package dev.quiver.exec.value;
