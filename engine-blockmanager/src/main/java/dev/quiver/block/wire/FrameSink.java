package dev.quiver.block.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the bytes of an answer go. Blocks while the receiver is behind. Belongs to one thread. */
public interface FrameSink {
    /** Sends bytes. @param bytes borrowed */
    void send(ByteBuffer bytes) throws IOException;

    /** Sends part of a file. @param file borrowed */
    void send(FileChannel file, long offset, long length) throws IOException;
}
