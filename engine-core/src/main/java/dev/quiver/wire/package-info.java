/**
 * Primitives of the engine's own messages. Start at {@link dev.quiver.wire.WireOutput}.
 */
package dev.quiver.wire;
