/**
 * How values and closures become bytes. Start at {@link dev.quiver.serializer.ValueSerializer}.
 */
package dev.quiver.serializer;
