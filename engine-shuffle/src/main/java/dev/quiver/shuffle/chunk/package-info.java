/**
 * What a chunk is made of: one batch of rows for one reduce partition, and which map output versions its rows came
 * from. Immutable values and pure functions. Start at {@link dev.quiver.shuffle.chunk.ChunkSources}.
 */
package dev.quiver.shuffle.chunk;
