package dev.quiver.shuffle.format;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.MessageBuffer;
import dev.quiver.id.ShuffleId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that chunks of one schema are appended to, one after another: a file that is large enough, or sealed because
 * everything seemed to be there, is followed by the next. A published file never changes again, so its checksum and
 * whoever reads it stay right when a late map task appends after all. Safe for many threads; appends exclude one another.
 */
final class SegmentLane {
    private final LocalFolders folders;
    private final int place;
    private final String name;
    private final byte[] schemaMessage;
    private final OpenFiles open;
    private final SegmentOptions options;
    private final SegmentOrigin origin;
    private final List<SegmentFile> files = new ArrayList<>(1);
    private SegmentFile current;

    /**
     * @param folders where its files may be; made when they are needed
     * @param place   of its first file among the folders; the next one is in the next
     * @param name    what the names of its files begin with; unlike that of any other lane of the folders
     */
    SegmentLane(
            LocalFolders folders,
            int place,
            String name,
            byte[] schemaMessage,
            OpenFiles open,
            SegmentOptions options,
            ShuffleId shuffle) {
        this.folders = folders;
        this.place = place;
        this.name = name;
        this.schemaMessage = schemaMessage;
        this.open = open;
        this.options = options;
        this.origin = new SegmentOrigin(options.application(), shuffle, options.executor());
    }

    /**
     * Appends a record batch message; to a file in another folder when the disk of this one fails. What such a file holds
     * is read as before, it only gets no footer.
     *
     * @param message holds it; borrowed
     * @throws IOException as {@link SegmentFile#append}, when no folder can take it
     */
    synchronized SegmentPlace append(MessageBuffer message) throws IOException {
        if (current != null && !current.isSealed()) {
            try {
                if (current.sizeBytes() + message.length() <= options.maxBytes()) {
                    return append(current, message);
                }
                current.seal();
            } catch (IOException failure) {
                if (!folders.writingFailed(current.path(), failure)) {
                    throw failure;
                }
            }
        }
        return folders.write(place + files.size(), folder -> {
            open.disk().createDirectory(folder);
            Path path = folder.resolve(name + "-" + files.size() + ".arrow");
            SegmentFile next = new SegmentFile(path, schemaMessage, open, origin, options.sync(), options.setting());
            SegmentPlace appended = append(next, message);
            files.add(next);
            current = next;
            return appended;
        });
    }

    private static SegmentPlace append(SegmentFile file, MessageBuffer message) throws IOException {
        return new SegmentPlace(file, file.append(message.bytes(), message.length()));
    }

    /** Completes the file that is being written, if there is one. */
    synchronized void seal() throws IOException {
        if (current != null) {
            current.seal();
        }
    }

    /** Its files, which all hold data, in the order in which they were begun. */
    synchronized List<SegmentFile> files() {
        return List.copyOf(files);
    }
}
