/**
 * Requests for blocks and their answers as bytes, in explicit codecs that check every bound. Writers and readers belong
 * to one thread. Start at {@link dev.quiver.block.wire.BlockFrames}, which draws the bytes.
 */
package dev.quiver.block.wire;
