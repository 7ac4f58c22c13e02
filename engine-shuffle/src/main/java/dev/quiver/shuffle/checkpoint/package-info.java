/**
 * Checkpoints: rows of whole partitions in Arrow files of their own, in a folder that outlives executors. Which files make
 * a checkpoint is decided on the driver, see {@code dev.quiver.CheckpointFolder}; here they are written and read, each by
 * the thread of its task. Start at {@link dev.quiver.shuffle.checkpoint.CheckpointFiles}.
 */
package dev.quiver.shuffle.checkpoint;
