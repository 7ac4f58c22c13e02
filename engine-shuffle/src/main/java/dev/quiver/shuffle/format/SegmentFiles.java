package dev.quiver.shuffle.format;

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
 * another to append, and never a file per map or reduce task. Safe for many threads.
 *
 * <pre>
 *   shuffle-7/
 *     schema-0-lane-0-0.arrow         the first file of a lane: full, or complete; published
 *     schema-0-lane-0-1.arrow.part    the next one: being written
 *     schema-0-lane-1-0.arrow
 *     schema-1-lane-0-0.arrow.part    chunks of another schema
 * </pre>
 */
public final class SegmentFiles {
    /** Schemas beyond this many get a single lane: data of ever changing shape shall not multiply files. */
    static final int WIDE_SCHEMAS = 4;

    private final Path directory;
    private final OpenFiles open;
    private final SegmentOptions options;
    private final ShuffleId shuffle;
    private final Map<Shape, SegmentLane[]> bySchema = new LinkedHashMap<>();
    private boolean created;

    /** @param directory of this shuffle alone; made when the first file is */
    public SegmentFiles(Path directory, OpenFiles open, SegmentOptions options, ShuffleId shuffle) {
        this.directory = directory;
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

    private synchronized SegmentLane lane(Shape shape, byte[] schemaMessage, int reducePartition) throws IOException {
        if (!created) {
            open.disk().createDirectory(directory);
            created = true;
        }
        SegmentLane[] lanes = bySchema.get(shape);
        if (lanes == null) {
            int schema = bySchema.size();
            lanes = new SegmentLane[schema < WIDE_SCHEMAS ? options.lanes() : 1];
            for (int lane = 0; lane < lanes.length; lane++) {
                String name = "schema-" + schema + "-lane-" + lane;
                lanes[lane] = new SegmentLane(directory, name, schemaMessage, open, options, shuffle);
            }
            bySchema.put(shape, lanes);
        }
        return lanes[reducePartition % lanes.length];
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
        open.closeUnder(directory);
        open.disk().deleteTree(directory);
    }
}
