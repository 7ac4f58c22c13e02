package dev.quiver.block;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a block lies on disk. A file holds the batches of one schema; a block whose batches differ in shape has several.
 *
 * @param parts    its files
 * @param messages its batches in order
 */
record DiskBlock(List<Part> parts, List<Message> messages) {
    /** One Arrow file. */
    record Part(Path file, byte[] schema, long length) {}

    /** One batch message. @param part index of its file @param checksum CRC-32C taken when it was written */
    record Message(int part, long offset, int length, int checksum) {}

    DiskBlock {
        parts = List.copyOf(parts);
        messages = List.copyOf(messages);
    }

    long sizeBytes() {
        long bytes = 0;
        for (Part part : parts) {
            bytes += part.length();
        }
        return bytes;
    }
}
