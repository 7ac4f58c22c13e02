package dev.quiver.shuffle.checkpoint;

import dev.quiver.SessionConfig;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.CheckpointWriter;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one attempt of one partition: a new one whenever the shape of the rows changes, so that order is kept. */
final class PartitionWriter implements CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);

    private static final String SETTING = SessionConfig.CHECKPOINT_DIR.name();

    private final Path folder;
    private final String prefix;
    private final ArrowBatches arrow;
    private final ChunkEncoder encoder;
    private final OpenFiles open;
    private final List<SegmentFile> files = new ArrayList<>();
    private Shape shape;
    private boolean kept;
    private boolean closed;

    PartitionWriter(TaskAttempt task, Path folder, ArrowBatches arrow, ChunkEncoder encoder, Disk disk) {
        this.folder = folder;
        this.prefix = String.format(
                Locale.ROOT,
                "part-%05d-%d.%d.%d-",
                task.partition(),
                task.stage().stage().value(),
                task.stage().epoch(),
                task.attempt());
        this.arrow = arrow;
        this.encoder = encoder;
        this.open = new OpenFiles(disk, 1);
    }

    @Override
    public void write(ColumnBatch batch) throws IOException {
        if (files.isEmpty() || !batch.shape().equals(shape)) {
            sealLast();
            shape = batch.shape();
            Path path = folder.resolve(prefix + files.size() + ".arrow");
            files.add(SegmentFile.durable(path, arrow.schemaMessage(batch), open, SETTING));
        }
        last().append(encoder.encode(batch));
    }

    private SegmentFile last() {
        return files.get(files.size() - 1);
    }

    private void sealLast() throws IOException {
        if (!files.isEmpty()) {
            last().seal();
        }
    }

    @Override
    public List<CheckpointFile> finish() throws IOException {
        sealLast();
        List<CheckpointFile> written = new ArrayList<>();
        for (SegmentFile file : files) {
            String name = file.path().getFileName().toString();
            written.add(new CheckpointFile(name, Files.size(file.path()), file.sizeBytes(), file.checksum()));
        }
        return List.copyOf(written);
    }

    @Override
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        open.close();
        for (SegmentFile file : files) {
            try {
                if (!kept) {
                    Files.deleteIfExists(file.path());
                }
            } catch (IOException left) {
                LOG.warn("{} is of no use and could not be deleted", file.path(), left);
            }
        }
    }
}
