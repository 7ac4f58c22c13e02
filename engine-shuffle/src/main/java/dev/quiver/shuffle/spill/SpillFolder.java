package dev.quiver.shuffle.spill;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.shuffle.format.Deleting;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.OpenFiles;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Where the tasks of one executor spill to, over all of its disks. Safe for many threads. */
public final class SpillFolder implements AutoCloseable {
    private final LocalFolders folders;
    private final ArrowBatches codec;
    private final Compression compression;
    private final Disk disk;
    private final OpenFiles files;
    private final AtomicInteger opened = new AtomicInteger();

    /**
     * @param folders      for spill files alone; made when the first is, deleted by {@link #close}
     * @param codec        shared with the rest of the process
     * @param compression  of what is written
     * @param disk         the file system
     * @param maxOpenFiles most idle file handles that are kept
     */
    public SpillFolder(LocalFolders folders, ArrowBatches codec, Compression compression, Disk disk, int maxOpenFiles) {
        this.folders = folders;
        this.codec = codec;
        this.compression = compression;
        this.disk = disk;
        this.files = new OpenFiles(disk, maxOpenFiles);
    }

    /**
     * An empty spill file.
     *
     * @param operator whose rows it is for; for messages and the file's name
     * @param counters of the task: what is written counts as spilled; borrowed
     * @return returned: the caller closes it
     */
    public SpillFile open(TaskAttempt task, String operator, TaskCounters counters) {
        int number = opened.getAndIncrement();
        String name = "stage-" + task.stage().stage().value() + "-partition-" + task.partition() + "-" + operator + "-"
                + number;
        // The page cache takes what is written: no codec is faster.
        ChunkEncoder encoder =
                compression.forSpill("stage=" + task.stage() + " spill=" + operator, LinkSpeed.sameHost(), codec);
        return new RunsOnDisk(folders.below(name), number, name, codec, encoder, files, counters);
    }

    /** File handles that are open. */
    public int openFiles() {
        return files.open();
    }

    /** Deletes what is left. Closing twice is harmless. */
    @Override
    public void close() throws IOException {
        files.close();
        Deleting.trees(disk, folders.all());
    }
}
