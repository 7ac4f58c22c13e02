package dev.quiver.shuffle.format;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.MessageBuffer;
import dev.quiver.id.ShuffleId;
import dev.quiver.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of one shuffle on one executor: per schema a small number of lanes, so that tasks rarely wait for one
 * another to append, and never a file per map or reduce task. Lanes are spread over the folders of the executor, one on
 * each of its disks. Safe for many threads.
 *
 * <pre>
 *   disk-1/.../shuffle-7/
 *     schema-0-lane-0-0.arrow         the first file of a lane: full, or complete; published
 *     schema-1-lane-1-0.arrow.part    chunks of another schema: being written
 *   disk-2/.../shuffle-7/
 *     schema-0-lane-0-1.arrow.part    the next file of the lane
 *     schema-0-lane-1-0.arrow
 * </pre>
 */
public final class SegmentFiles {
    /** Schemas beyond this many get a single lane: data of ever changing shape shall not multiply files. */
    static final int WIDE_SCHEMAS = 4;

    private final LocalFolders folders;
    private final OpenFiles open;
    private final SegmentOptions options;
    private final ShuffleId shuffle;
    private final Map<Shape, SegmentLane[]> bySchema = new LinkedHashMap<>();

    /** @param folders of this shuffle alone; made when the first file is */
    public SegmentFiles(LocalFolders folders, OpenFiles open, SegmentOptions options, ShuffleId shuffle) {
        this.folders = folders;
        this.open = open;
        this.options = options;
        this.shuffle = shuffle;
    }

    /**
     * Appends a chunk. Those of one reduce partition stay in one lane.
     *
     * @param message holds a record batch message; borrowed
     * @throws IOException as {@link SegmentFile#append}
     */
    public SegmentPlace append(Shape shape, byte[] schemaMessage, int reducePartition, MessageBuffer message)
            throws IOException {
        return lane(shape, schemaMessage, reducePartition).append(message);
    }

    private synchronized SegmentLane lane(Shape shape, byte[] schemaMessage, int reducePartition) {
        SegmentLane[] lanes = bySchema.get(shape);
        if (lanes == null) {
            int schema = bySchema.size();
            lanes = new SegmentLane[schema < WIDE_SCHEMAS ? options.lanes() : 1];
            for (int lane = 0; lane < lanes.length; lane++) {
                String name = "schema-" + schema + "-lane-" + lane;
                int place = shuffle.value() + schema + lane;
                lanes[lane] = new SegmentLane(folders, place, name, schemaMessage, open, options, shuffle);
            }
            bySchema.put(shape, lanes);
        }
        return lanes[reducePartition % lanes.length];
    }

    /** Takes note that a file could not be read, which may be the fault of its disk. */
    public void readingFailed(Path file, IOException failure) {
        folders.readingFailed(file, failure);
    }

    /** Files that hold data. */
    public List<SegmentFile> files() {
        List<SegmentFile> files = new ArrayList<>();
        lanes().forEach(lane -> files.addAll(lane.files()));
        return files;
    }

    /** Completes and publishes the files that are being written. */
    public void seal() throws IOException {
        for (SegmentLane lane : lanes()) {
            lane.seal();
        }
    }

    private synchronized List<SegmentLane> lanes() {
        List<SegmentLane> lanes = new ArrayList<>();
        bySchema.values().forEach(ofSchema -> lanes.addAll(List.of(ofSchema)));
        return lanes;
    }

    /** Closes and deletes everything. Harmless when nothing was written. */
    public void delete() throws IOException {
        for (Path folder : folders.all()) {
            open.closeUnder(folder);
        }
        Deleting.trees(open.disk(), folders.all());
    }
}
