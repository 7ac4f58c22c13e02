package dev.quiver.block;

import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;

/**
 * The batches of one block in memory of one kind. While they are gathered they belong to one thread; from then on nothing
 * is added, many threads read them, and their owner closes them once when nobody does any more.
 */
interface BlockRows extends AutoCloseable {
    /** Which memory they are in. */
    MemoryMode mode();

    /** Bytes of that memory that a batch will take. To be asked before {@link #add} of the same batch. */
    long sizeOf(ColumnBatch batch);

    /** Adds the batch that {@link #sizeOf} was asked of last. @return false when the system has no memory for it */
    boolean add(ColumnBatch batch);

    /** Nothing more will be added: what was needed only for that is let go of. */
    void complete();

    /** How many batches there are. */
    int batches();

    /** One of them, on the heap: the very one that was added, or a copy. */
    ColumnBatch batch(int index) throws IOException;

    /** Sends all of them as the body of an answer, without its start and end. */
    void send(FrameWriter into) throws IOException;

    /** Writes all of them. */
    void write(DiskWriter into) throws IOException;

    /** Frees their memory. Called once. */
    @Override
    void close();
}
