/**
 * Where map outputs live: the port, and two ways behind it. {@code ExecutorStorage} keeps them on the executor that wrote
 * them, {@code SharedStorage} publishes each in a folder that all executors reach and that outlives them. Safe for many
 * threads; what they return belongs to a task's thread. Start at {@link dev.quiver.shuffle.storage.ShuffleStorage}; the
 * files of a shared folder are drawn at {@link dev.quiver.shuffle.storage.SharedStorage}.
 */
package dev.quiver.shuffle.storage;
