package dev.quiver.shuffle.spill;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** A spill file: one {@link SegmentFile} for each shape, and in memory where the chunks of each run are. */
final class RunsOnDisk implements SpillFile {
    private final Path directory;
    private final String name;
    private final ArrowBatches codec;
    private final ChunkEncoder encoder;
    private final OpenFiles open;
    private final TaskCounters counters;
    private final Map<Shape, SegmentFile> files = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private boolean closed;

    private record Chunk(SegmentFile file, long offset, int length, int crc, int rows) {}

    private static final class Run {
        private final List<Chunk> chunks = new ArrayList<>();
        private long rows;
        private long bytes;
    }

    RunsOnDisk(
            Path directory,
            String name,
            ArrowBatches codec,
            ChunkEncoder encoder,
            OpenFiles open,
            TaskCounters counters) {
        this.directory = directory;
        this.name = name;
        this.codec = codec;
        this.encoder = encoder;
        this.open = open;
        this.counters = counters;
    }

    @Override
    public void append(int run, ColumnBatch batch) throws IOException {
        requireOpen();
        if (batch.rows() == 0) {
            return;
        }
        byte[] message = encoder.encode(batch);
        SegmentFile file = file(batch);
        long offset = file.append(message);
        while (runs.size() <= run) {
            runs.add(new Run());
        }
        Run of = runs.get(run);
        of.chunks.add(new Chunk(file, offset, message.length, crc(message), batch.rows()));
        of.rows += batch.rows();
        of.bytes += batch.sizeBytes();
        counters.spilled(message.length);
    }

    private SegmentFile file(ColumnBatch batch) throws IOException {
        SegmentFile known = files.get(batch.shape());
        if (known == null) {
            if (files.isEmpty()) {
                open.disk().createDirectory(directory);
            }
            Path path = directory.resolve("schema-" + files.size() + ".arrow");
            known = new SegmentFile(path, codec.schemaMessage(batch), open);
            files.put(batch.shape(), known);
        }
        return known;
    }

    @Override
    public BatchSource read(int run) {
        requireOpen();
        List<Chunk> chunks = run < runs.size() ? List.copyOf(runs.get(run).chunks) : List.of();
        return new BatchSource() {
            private int next;

            @Override
            public ColumnBatch next() throws IOException {
                requireOpen();
                return next < chunks.size() ? load(chunks.get(next++)) : null;
            }

            @Override
            public void close() {
                next = chunks.size();
            }
        };
    }

    private ColumnBatch load(Chunk chunk) throws IOException {
        ColumnBatch batch = codec.decode(chunk.file.schemaMessage(), ByteBuffer.wrap(message(chunk)));
        if (batch.rows() != chunk.rows) {
            throw new IllegalStateException(batch + " were read where " + chunk.rows + " rows were spilled to "
                    + chunk.file.path() + "; this is an error in the engine, please report it");
        }
        return batch;
    }

    /** Reads a second time what is not as it was written, in case memory and not the disk was at fault. */
    private byte[] message(Chunk chunk) throws IOException {
        String wrong = null;
        IOException cause = null;
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                byte[] message = chunk.file.read(chunk.offset, chunk.length);
                int found = crc(message);
                if (found == chunk.crc) {
                    return message;
                }
                wrong = "has checksum %08x where %08x was written".formatted(found, chunk.crc);
            } catch (ClosedByInterruptException stopped) {
                throw stopped;
            } catch (EOFException truncated) {
                wrong = "is cut short";
                cause = truncated;
            } catch (IOException unreadable) {
                wrong = "cannot be read (" + unreadable.getMessage() + ")";
                cause = unreadable;
            }
        }
        throw new SpillDamaged(
                "What " + name + " spilled, " + chunk.length + " bytes at " + chunk.offset + " of "
                        + chunk.file.path() + ", " + wrong + ": the disk or its file system damaged it. The task fails"
                        + " and is tried again.",
                cause);
    }

    private static int crc(byte[] message) {
        CRC32C crc = new CRC32C();
        crc.update(message);
        return (int) crc.getValue();
    }

    @Override
    public long rows(int run) {
        return run < runs.size() ? runs.get(run).rows : 0;
    }

    @Override
    public long bytes(int run) {
        return run < runs.size() ? runs.get(run).bytes : 0;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the spill file of " + name + " is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        runs.clear();
        if (files.isEmpty()) {
            return;
        }
        files.clear();
        open.closeUnder(directory);
        try {
            open.disk().deleteTree(directory);
        } catch (IOException leftOver) {
            // The rows are of no use any more; the folder tries again when it is closed.
        }
    }
}
