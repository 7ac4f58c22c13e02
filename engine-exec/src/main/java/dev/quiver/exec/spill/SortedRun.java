package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.shape.Shape;

/** Rows in order in a file of their own. */
final class SortedRun {
    private static final int ONLY_RUN = 0;

    private final SpillFile file;
    private final SortSpace space;
    private final long mostChunkBytes;

    /** @param mostChunkBytes what a chunk takes in memory while it is merged, at most */
    SortedRun(SpillFile file, SortSpace space, long mostChunkBytes) {
        this.file = file;
        this.space = space;
        this.mostChunkBytes = mostChunkBytes;
    }

    long bytes() {
        return file.bytes(ONLY_RUN);
    }

    long mostChunkBytes() {
        return mostChunkBytes;
    }

    /** The rows, once: the file is deleted behind the last of them, or when the source is closed. Returned. */
    BatchSource read() {
        BatchSource chunks = file.read(ONLY_RUN);
        return new BatchSource() {
            private boolean closed;

            @Override
            public ColumnBatch next() throws Exception {
                ColumnBatch chunk = closed ? null : chunks.next();
                if (chunk == null) {
                    close();
                }
                return chunk;
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    chunks.close();
                    space.drop(file);
                }
            }
        };
    }

    /** Writes a run, chunk by chunk. */
    static final class Writer {
        private final SortSpace space;
        private final SpillFile file;
        private final BatchBuilder builder;
        private long mostChunkBytes;

        Writer(SortSpace space) {
            this.space = space;
            this.file = space.open();
            this.builder = space.builder(Shape.UNKNOWN);
        }

        /** Appends rows as a chunk of their own. */
        void chunk(ColumnBatch batch) throws Exception {
            space.checkKilled.run();
            file.append(ONLY_RUN, batch);
            mostChunkBytes = Math.max(mostChunkBytes, batch.sizeBytes() + (long) batch.rows() * Long.BYTES);
        }

        /** Appends rows of such batches as chunks. @param source borrowed */
        void chunks(BatchSource source) throws Exception {
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                chunk(batch);
            }
        }

        /** Appends rows, joined with their neighbours into chunks that are large enough. */
        void add(ColumnBatch batch) throws Exception {
            if (!builder.appendAll(batch)) {
                flush();
                builder.appendAll(batch);
            }
            flushWhenLarge();
        }

        /** Appends a row. */
        void add(Object row) throws Exception {
            builder.append(row);
            flushWhenLarge();
        }

        private void flushWhenLarge() throws Exception {
            if (builder.sizeBytes() >= space.chunkBytes || builder.isFull()) {
                flush();
            }
        }

        private void flush() throws Exception {
            if (builder.rows() > 0) {
                chunk(builder.seal());
            }
        }

        /** All rows are there. */
        SortedRun end() throws Exception {
            flush();
            return new SortedRun(file, space, mostChunkBytes);
        }
    }
}
