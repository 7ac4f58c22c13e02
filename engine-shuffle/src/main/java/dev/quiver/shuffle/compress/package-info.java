/**
 * Whether the chunks of a shuffle, and what is spilled, are compressed, and with what. Start at {@link
 * dev.quiver.shuffle.compress.CodecChoice}, which holds the rule; {@link dev.quiver.shuffle.compress.ChunkEncoder} applies
 * it chunk by chunk, {@link dev.quiver.shuffle.compress.MeasuredLink} knows how fast other hosts are. Everything public is
 * safe for many threads and owned by the executor.
 */
package dev.quiver.shuffle.compress;
