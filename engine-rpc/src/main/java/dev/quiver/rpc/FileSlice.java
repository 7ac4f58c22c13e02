package dev.quiver.rpc;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A range of a file the system copies to the socket itself. The file stays open: it is borrowed. */
final class FileSlice extends DefaultFileRegion {
    FileSlice(FileChannel file, long offset, int length) {
        super(file, offset, length);
    }

    @Override
    protected void deallocate() {
        // DefaultFileRegion would close the file here.
    }
}
