/**
 * The event loop that owns control-plane state, and the facts the engine tells its listeners. Start at
 * {@link dev.quiver.event.EventLoop}.
 */
package dev.quiver.event;
