package dev.quiver.shuffle.format;

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
    private final Path directory;
    private final String name;
    private final byte[] schemaMessage;
    private final OpenFiles open;
    private final SegmentOptions options;
    private final SegmentOrigin origin;
    private final List<SegmentFile> files = new ArrayList<>(1);
    private SegmentFile current;

    /** @param name what the names of its files begin with; unlike that of any other lane of the directory */
    SegmentLane(
            Path directory,
            String name,
            byte[] schemaMessage,
            OpenFiles open,
            SegmentOptions options,
            ShuffleId shuffle) {
        this.directory = directory;
        this.name = name;
        this.schemaMessage = schemaMessage;
        this.open = open;
        this.options = options;
        this.origin = new SegmentOrigin(options.application(), shuffle, options.executor());
    }

    /**
     * Appends a record batch message.
     *
     * @param message holds it; borrowed
     * @throws IOException as {@link SegmentFile#append}
     */
    synchronized SegmentPlace append(MessageBuffer message) throws IOException {
        if (current != null && current.sizeBytes() > 0 && current.sizeBytes() + message.length() > options.maxBytes()) {
            current.seal();
        }
        if (current == null || current.isSealed()) {
            Path path = directory.resolve(name + "-" + files.size() + ".arrow");
            SegmentFile next = new SegmentFile(path, schemaMessage, open, origin, options.sync(), options.setting());
            files.add(next);
            current = next;
        }
        return new SegmentPlace(current, current.append(message.bytes(), message.length()));
    }

    /** Completes the file that is being written, if there is one. */
    synchronized void seal() throws IOException {
        if (current != null) {
            current.seal();
        }
    }

    /** Files that hold data, in the order in which they were written. */
    synchronized List<SegmentFile> files() {
        return files.stream().filter(file -> file.sizeBytes() > 0).toList();
    }
}
