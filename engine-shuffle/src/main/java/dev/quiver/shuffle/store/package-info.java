/**
 * What the map tasks of this executor wrote, by shuffle and reduce partition, in memory or in segment files. Task
 * threads write and read concurrently; each class says how it is safe. Start at {@link
 * dev.quiver.shuffle.store.ShuffleStore}; {@code PartitionChunks} is where small outputs of many maps are joined.
 */
package dev.quiver.shuffle.store;
