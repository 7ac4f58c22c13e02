/**
 * The bytes two executors exchange about chunks, as pure codecs: no socket, no thread, no clock. Every length is
 * checked against the bytes that are there before anything is allocated. Read {@link
 * dev.quiver.shuffle.wire.ChunkStream} for the layout, then {@link dev.quiver.shuffle.wire.FetchRequest}.
 */
package dev.quiver.shuffle.wire;
