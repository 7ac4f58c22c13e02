/**
 * Blocks over the network: {@link dev.quiver.block.transfer.BlockServer} sends them on worker threads, {@link
 * dev.quiver.block.transfer.RemoteBlocks} asks for them and is read on task threads. Safe for many threads.
 */
package dev.quiver.block.transfer;
