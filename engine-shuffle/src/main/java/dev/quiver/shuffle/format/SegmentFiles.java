package dev.quiver.shuffle.format;

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
 */
public final class SegmentFiles {
    /** Files that chunks of one schema are spread over. */
    static final int LANES = 4;
    /** Schemas beyond this many get a single lane: data of ever changing shape shall not multiply files. */
    static final int WIDE_SCHEMAS = 4;

    private final Path directory;
    private final OpenFiles open;
    private final Map<Shape, SegmentFile[]> bySchema = new LinkedHashMap<>();
    private boolean created;

    /** @param directory of this shuffle alone; made when the first file is */
    public SegmentFiles(Path directory, OpenFiles open) {
        this.directory = directory;
        this.open = open;
    }

    /** The file for chunks of a shape and a reduce partition. The chunks of one partition stay in one lane. */
    public synchronized SegmentFile file(Shape shape, byte[] schemaMessage, int reducePartition) throws IOException {
        if (!created) {
            open.disk().createDirectory(directory);
            created = true;
        }
        SegmentFile[] lanes = bySchema.get(shape);
        if (lanes == null) {
            int schema = bySchema.size();
            lanes = new SegmentFile[schema < WIDE_SCHEMAS ? LANES : 1];
            for (int lane = 0; lane < lanes.length; lane++) {
                Path path = directory.resolve("schema-" + schema + "-lane-" + lane + ".arrow");
                lanes[lane] = new SegmentFile(path, schemaMessage, open);
            }
            bySchema.put(shape, lanes);
        }
        return lanes[reducePartition % lanes.length];
    }

    /** Files that hold data. */
    public synchronized List<SegmentFile> files() {
        List<SegmentFile> files = new ArrayList<>();
        for (SegmentFile[] lanes : bySchema.values()) {
            for (SegmentFile file : lanes) {
                if (file.sizeBytes() > 0) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** Writes the footers that are missing. */
    public void seal() throws IOException {
        for (SegmentFile file : files()) {
            file.seal();
        }
    }

    /** Closes and deletes everything. Harmless when nothing was written. */
    public void delete() throws IOException {
        open.closeUnder(directory);
        open.disk().deleteTree(directory);
    }
}
