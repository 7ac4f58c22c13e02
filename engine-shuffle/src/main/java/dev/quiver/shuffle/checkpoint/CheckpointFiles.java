package dev.quiver.shuffle.checkpoint;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.CheckpointWriter;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.format.Disk;
import java.nio.file.Path;
import java.util.List;

/** Writes and reads the files of checkpoints, for one executor. Safe for many threads. */
public final class CheckpointFiles {
    public static final ConfigKey<String> COMPRESS = ConfigKey.text("checkpoint.compress", CompressionMode.LZ4.text())
            .check(CompressionMode.texts()::contains, "be one of " + String.join(", ", CompressionMode.texts()))
            .doc("Compression of checkpoint files: lz4 or zstd, whatever shrinks by it; none; auto, where a disk of"
                    + " shuffle.compress.assumedLink is slower than the codec.");

    private final ArrowBatches arrow;
    private final Compression compression;
    private final CompressionMode mode;
    private final Disk disk;

    public CheckpointFiles(Config config, ArrowBatches arrow, Compression compression, Disk disk) {
        this.arrow = arrow;
        this.compression = compression;
        this.mode = CompressionMode.parse(config.get(COMPRESS));
        this.disk = disk;
    }

    /** Every key of this package. */
    public static List<ConfigKey<?>> keys() {
        return List.of(COMPRESS);
    }

    /** As {@link dev.quiver.exec.task.TaskServices#writeCheckpoint}. */
    public CheckpointWriter writer(TaskAttempt task, String folder) {
        return new PartitionWriter(
                task,
                Path.of(folder),
                arrow,
                compression.forCheckpoint("stage=" + task.stage() + " checkpoint", mode, arrow),
                disk);
    }

    /** As {@link dev.quiver.exec.task.TaskServices#readCheckpoint}. */
    public BatchSource read(String folder, List<CheckpointFile> files) {
        return new PartitionReader(Path.of(folder), files, arrow, disk);
    }
}
