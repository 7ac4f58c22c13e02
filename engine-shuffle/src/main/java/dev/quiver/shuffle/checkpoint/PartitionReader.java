package dev.quiver.shuffle.checkpoint;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.SegmentInvalid;
import dev.quiver.shuffle.format.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The rows of one partition, file after file; each is proved whole, and to be the one meant, before its first row. */
final class PartitionReader implements BatchSource {
    private final Path folder;
    private final List<CheckpointFile> files;
    private final ArrowBatches arrow;
    private final Disk disk;
    private SegmentReader current;
    private int nextFile;
    private int nextChunk;

    PartitionReader(Path folder, List<CheckpointFile> files, ArrowBatches arrow, Disk disk) {
        this.folder = folder;
        this.files = files;
        this.arrow = arrow;
        this.disk = disk;
    }

    @Override
    public ColumnBatch next() throws IOException {
        while (current == null || nextChunk == current.chunks()) {
            close();
            if (nextFile == files.size()) {
                return null;
            }
            current = open(files.get(nextFile++));
            nextChunk = 0;
        }
        return arrow.decode(current.schemaMessage(), ByteBuffer.wrap(current.chunk(nextChunk++)));
    }

    private SegmentReader open(CheckpointFile file) throws IOException {
        Path path = folder.resolve(file.name());
        SegmentReader reader;
        try {
            reader = SegmentReader.open(disk, path);
        } catch (NoSuchFileException missing) {
            throw new CheckpointDamaged("The file " + path + " of a checkpoint is missing", missing);
        } catch (SegmentInvalid damaged) {
            throw new CheckpointDamaged("A file of a checkpoint is damaged: " + damaged.getMessage(), damaged);
        }
        if (reader.label().lengthBytes() != file.dataBytes() || reader.label().crc() != file.checksum()) {
            reader.close();
            throw new CheckpointDamaged(
                    "The file " + path + " of a checkpoint was replaced by another: it holds "
                            + reader.label().lengthBytes()
                            + " bytes with checksum %08x where %d with %08x were written"
                                    .formatted(reader.label().crc(), file.dataBytes(), file.checksum()),
                    null);
        }
        return reader;
    }

    /** Closing twice is harmless. */
    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
