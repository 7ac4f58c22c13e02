package dev.quiver;

import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one checkpoint, as the driver sees it.
 *
 * <pre>
 * [checkpoint.dir]/[application]/dataset-7-0/
 *     part-00000-12.0.1-0.arrow    partition 0, by attempt 1 of stage 12 in epoch 0; the first of its files
 *     _SUCCESS                     written last, by rename:
 *
 *         quiver checkpoint 1, 2 partitions
 *         0   part-00000-12.0.1-0.arrow   bytes   data bytes   CRC-32C of the data      } separated by
 *         1   ...                                                                       } tabs
 *         checksum CRC-32C of all lines above
 * </pre>
 *
 * A partition has one file, or several where the shape of its rows changes on the way, or none when it is empty. Which
 * files count stands in {@code _SUCCESS}, and with the driver that wrote it, and nowhere else: the folder may hold files of
 * attempts that were not granted, and a folder without {@code _SUCCESS} is no checkpoint.
 */
final class CheckpointFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final Cleaner CLEANER = Cleaner.create();
    private static final String MANIFEST = "_SUCCESS";

    private final Path path;
    private final CallSite site;

    private CheckpointFolder(Path path, CallSite site) {
        this.path = path;
        this.site = site;
    }

    static CheckpointFolder create(Path path, CallSite site) {
        try {
            Files.createDirectories(path.getParent());
            Files.createDirectory(path);
            return new CheckpointFolder(path, site);
        } catch (IOException refused) {
            throw new QuiverException(
                    site + ": cannot create the folder '" + path + "' (" + SessionConfig.CHECKPOINT_DIR.name() + "): "
                            + refused,
                    refused);
        }
    }

    Path path() {
        return path;
    }

    /** Makes it a checkpoint. @param parts what the granted attempts wrote, by partition */
    Op.Checkpointed publish(List<Action.CheckpointPart> parts) {
        List<List<CheckpointFile>> files = new ArrayList<>();
        Set<String> named = new HashSet<>();
        try {
            StringBuilder manifest = new StringBuilder("quiver checkpoint 1, " + parts.size() + " partitions\n");
            for (int partition = 0; partition < parts.size(); partition++) {
                for (CheckpointFile file : parts.get(partition).files()) {
                    verify(file);
                    named.add(file.name());
                    manifest.append("%d\t%s\t%d\t%d\t%08x\n"
                            .formatted(partition, file.name(), file.bytes(), file.dataBytes(), file.checksum()));
                }
                files.add(List.copyOf(parts.get(partition).files()));
            }
            CRC32C checksum = new CRC32C();
            checksum.update(manifest.toString().getBytes(StandardCharsets.UTF_8));
            manifest.append("checksum %08x\n".formatted(checksum.getValue()));
            write(manifest.toString());
        } catch (IOException failure) {
            throw new QuiverException(
                    site + ": the files in '" + path + "' are written but could not be published: " + failure
                            + ". They are removed now; the next action tries again.",
                    failure);
        }
        removeOthers(named);
        return new Op.Checkpointed(path.toString(), List.copyOf(files));
    }

    private void verify(CheckpointFile file) throws IOException {
        Path written = path.resolve(file.name());
        if (!Files.isRegularFile(written)) {
            throw new IOException("'" + file.name() + "' is not there; do driver and executors see the same folder?");
        }
        if (Files.size(written) != file.bytes()) {
            throw new IOException(
                    "'" + file.name() + "' has " + Files.size(written) + " bytes, but its task wrote " + file.bytes());
        }
    }

    private void write(String manifest) throws IOException {
        Path unpublished = path.resolve("_manifest.tmp");
        Files.writeString(unpublished, manifest);
        try (FileChannel channel = FileChannel.open(unpublished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unpublished, path.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Files of attempts that were lost take room and are read by nobody. */
    private void removeOthers(Set<String> named) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "part-*")) {
            for (Path entry : entries) {
                if (!named.contains(entry.getFileName().toString())) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (IOException left) {
            LOG.warn("{}: the checkpoint is complete, but files that do not count stay in '{}'", site, path, left);
        }
    }

    /** It came to nothing. */
    void abandon(Throwable failure) {
        try {
            Folders.removeWhileTasksEnd(path);
        } catch (IOException left) {
            failure.addSuppressed(left);
        }
    }

    /** Removes the files when nothing can reach the dataset any more. */
    void removeWith(Lineage dataset) {
        Path folder = path;
        CLEANER.register(dataset, () -> {
            try {
                Folders.remove(folder);
            } catch (IOException left) {
                LOG.warn("The checkpoint '{}' is needed no more and could not be removed", folder, left);
            }
        });
    }
}
