package dev.quiver;

import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a dataset as a folder of text files.
 *
 * <pre>
 * directory/part-00000          published by its task once the driver granted the commit
 * directory/_temporary/[id]/    files of task attempts, gone at the end
 * directory/_SUCCESS            one line a part: name, bytes and rows, separated by tabs; written last, by rename
 * </pre>
 *
 * A reader that finds {@code _SUCCESS} finds everything; the driver compared every part with what its task reported.
 */
final class TextOutput {
    private static final Logger LOG = LoggerFactory.getLogger(TextOutput.class);

    private final Path directory;
    private final Path temporary;
    private final CallSite site;

    private TextOutput(Path directory, Path temporary, CallSite site) {
        this.directory = directory;
        this.temporary = temporary;
        this.site = site;
    }

    static void save(Session session, Lineage lineage, String name, CallSite site) {
        Path directory = Folders.shared(name, site, "write to");
        UUID id = UUID.nameUUIDFromBytes(
                (session.applicationId() + "/" + session.nextOutput()).getBytes(StandardCharsets.UTF_8));
        Path temporary = directory.resolve("_temporary");
        TextOutput output = new TextOutput(directory, temporary.resolve(id.toString()), site);
        output.claim();
        try {
            Action.SavedPart[] parts = new Action.SavedPart[lineage.partitionCount()];
            session.<Action.SavedPart>run(
                    lineage,
                    Actions.all(lineage),
                    new Action.SaveText(directory.toString(), output.temporary.toString()),
                    (index, part) -> parts[index] = part,
                    site);
            output.publish(Arrays.asList(parts));
        } catch (RuntimeException | Error failure) {
            output.abandon(failure);
            throw failure;
        }
    }

    /** Creating the folder is what tells two writers apart: one of them finds that it exists. */
    private void claim() {
        try {
            if (directory.getParent() != null) {
                Files.createDirectories(directory.getParent());
            }
            Files.createDirectory(directory);
            Files.createDirectories(temporary);
        } catch (FileAlreadyExistsException exists) {
            throw new UsageException(
                    site + ": '" + directory + "' exists already; remove it or choose another folder", exists);
        } catch (IOException refused) {
            throw new UsageException(site + ": cannot create the folder '" + directory + "': " + refused, refused);
        }
    }

    private void publish(List<Action.SavedPart> parts) {
        try {
            StringBuilder manifest = new StringBuilder();
            for (Action.SavedPart part : parts) {
                verify(part);
                manifest.append(part.fileName())
                        .append('\t')
                        .append(part.bytes())
                        .append('\t')
                        .append(part.rows())
                        .append('\n');
            }
            Path unpublished = temporary.resolve("_SUCCESS");
            Files.writeString(unpublished, manifest);
            try (FileChannel channel = FileChannel.open(unpublished, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(unpublished, directory.resolve("_SUCCESS"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new QuiverException(
                    site + ": the files in '" + directory + "' are written but could not be published: " + failure
                            + ". They are removed now; run the job again",
                    failure);
        }
        try {
            Folders.remove(temporary.getParent());
        } catch (IOException left) {
            LOG.warn(
                    "{}: the output is complete, but '{}' could not be removed: {}",
                    site,
                    temporary.getParent(),
                    left.toString());
        }
    }

    private void verify(Action.SavedPart part) throws IOException {
        Path file = directory.resolve(part.fileName());
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "'" + part.fileName() + "' is not there; do driver and executors see the same folder?");
        }
        if (Files.size(file) != part.bytes()) {
            throw new IOException(
                    "'" + part.fileName() + "' has " + Files.size(file) + " bytes, but its task wrote " + part.bytes());
        }
    }

    /** Removes what this output made; the folder was empty before. */
    private void abandon(Throwable failure) {
        try {
            Folders.removeWhileTasksEnd(temporary.getParent());
            List<Path> parts = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "part-*")) {
                entries.forEach(parts::add);
            }
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
            Files.deleteIfExists(directory);
        } catch (IOException left) {
            failure.addSuppressed(left);
        }
    }
}
