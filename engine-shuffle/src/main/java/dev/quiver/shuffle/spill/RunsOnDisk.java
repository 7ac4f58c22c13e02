package dev.quiver.shuffle.spill;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.format.CheckedRead;
import dev.quiver.shuffle.format.Deleting;
import dev.quiver.shuffle.format.NotAsWritten;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A spill file: one {@link SegmentFile} for each shape, and in memory where the chunks of each run are. When its disk
 * fails, what follows goes to a file on another.
 */
final class RunsOnDisk implements SpillFile {
    private final LocalFolders folders;
    private final int place;
    private final String name;
    private final ArrowBatches codec;
    private final ChunkEncoder encoder;
    private final OpenFiles open;
    private final TaskCounters counters;
    private final Map<Shape, SegmentFile> files = new LinkedHashMap<>();
    private int begun;
    private final List<Run> runs = new ArrayList<>();
    private boolean closed;

    private record Chunk(SegmentFile file, long offset, int length, int crc, int rows) {}

    private static final class Run {
        private final List<Chunk> chunks = new ArrayList<>();
        private long rows;
        private long bytes;
    }

    /** @param folders for these runs alone @param place of the first file among them */
    RunsOnDisk(
            LocalFolders folders,
            int place,
            String name,
            ArrowBatches codec,
            ChunkEncoder encoder,
            OpenFiles open,
            TaskCounters counters) {
        this.folders = folders;
        this.place = place;
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
        Chunk chunk = append(batch, message);
        while (runs.size() <= run) {
            runs.add(new Run());
        }
        Run of = runs.get(run);
        of.chunks.add(chunk);
        of.rows += batch.rows();
        of.bytes += batch.sizeBytes();
        counters.spilled(message.length);
    }

    private Chunk append(ColumnBatch batch, byte[] message) throws IOException {
        SegmentFile known = files.get(batch.shape());
        if (known != null) {
            try {
                return append(known, batch, message);
            } catch (IOException failure) {
                if (!folders.writingFailed(known.path(), failure)) {
                    throw failure;
                }
            }
        }
        int number = begun++;
        return folders.write(place + number, folder -> {
            open.disk().createDirectory(folder);
            SegmentFile next =
                    new SegmentFile(folder.resolve("schema-" + number + ".arrow"), codec.schemaMessage(batch), open);
            Chunk first = append(next, batch, message);
            files.put(batch.shape(), next);
            return first;
        });
    }

    private static Chunk append(SegmentFile file, ColumnBatch batch, byte[] message) throws IOException {
        return new Chunk(file, file.append(message), message.length, CheckedRead.crc(message), batch.rows());
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
        ColumnBatch batch = codec.decode(chunk.file.schemaMessage(), message(chunk));
        if (batch.rows() != chunk.rows) {
            throw new IllegalStateException(batch + " were read where " + chunk.rows + " rows were spilled to "
                    + chunk.file.path() + "; this is an error in the engine, please report it");
        }
        return batch;
    }

    private ByteBuffer message(Chunk chunk) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(chunk.length);
        try {
            CheckedRead.read(into -> chunk.file.read(chunk.offset, into), message, chunk.crc);
            return message;
        } catch (ClosedByInterruptException stopped) {
            throw stopped;
        } catch (NotAsWritten damaged) {
            throw damaged(chunk, damaged.getMessage(), damaged);
        } catch (IOException unreadable) {
            folders.readingFailed(chunk.file.path(), unreadable);
            throw damaged(chunk, "cannot be read (" + unreadable.getMessage() + ")", unreadable);
        }
    }

    private SpillDamaged damaged(Chunk chunk, String how, IOException cause) {
        return new SpillDamaged(
                "What " + name + " spilled, " + chunk.length + " bytes at " + chunk.offset + " of "
                        + chunk.file.path() + ", " + how + ": the disk or its file system damaged it. The task fails"
                        + " and is tried again.",
                cause);
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
        if (begun == 0) {
            return;
        }
        files.clear();
        folders.all().forEach(open::closeUnder);
        try {
            Deleting.trees(open.disk(), folders.all());
        } catch (IOException leftOver) {
            // The rows are of no use any more; the folder tries again when it is closed.
        }
    }
}
