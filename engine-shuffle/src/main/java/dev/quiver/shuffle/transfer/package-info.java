/**
 * Chunks over connections: {@link dev.quiver.shuffle.transfer.ShuffleServer} answers on worker threads,
 * {@link dev.quiver.shuffle.transfer.RemoteChunks} asks. Start at the server.
 */
package dev.quiver.shuffle.transfer;
