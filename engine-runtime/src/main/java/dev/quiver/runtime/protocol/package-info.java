/**
 * What driver and executors say to one another: sealed records, and the explicit codecs that write them between
 * processes. Immutable. Start at {@link dev.quiver.runtime.protocol.ToExecutor} and
 * {@link dev.quiver.runtime.protocol.ToDriver}; {@link dev.quiver.runtime.protocol.MessageType} numbers them all.
 */
package dev.quiver.runtime.protocol;
