package dev.quiver.shuffle.store;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Map outputs on their way here from another executor: the versions stay what they were, and so do the chunks their rows
 * stand in. They become visible together, by the commit; given up before, they leave nothing. Belongs to one thread.
 */
public final class AdoptedOutputs implements AutoCloseable {
    private final StoredShuffle shuffle;
    private final Map<MapVersion, long[]> rows = new LinkedHashMap<>();
    private final WantedVersions wanted;
    private final Map<Integer, List<StoredChunk>> placed = new LinkedHashMap<>();
    private boolean committed;

    AdoptedOutputs(StoredShuffle shuffle, List<MapVersion> versions) {
        this.shuffle = shuffle;
        WantedVersions.Builder missing = new WantedVersions.Builder();
        versions.stream()
                .filter(version -> !shuffle.isCommitted(version))
                .sorted(Comparator.comparingInt(MapVersion::mapPartition))
                .forEach(version -> {
                    missing.add(version.mapPartition(), version.epoch(), version.attempt());
                    rows.put(version, new long[shuffle.reduceCount()]);
                });
        this.wanted = missing.build();
    }

    /** What is still to come: all versions that are not here. */
    public WantedVersions wanted() {
        return wanted;
    }

    /**
     * Takes rows of wanted versions; each row is to be given once.
     *
     * @param batch   transferred
     * @param sources of its rows
     */
    public void add(int reducePartition, ColumnBatch batch, ChunkSources sources) throws IOException {
        for (int run = 0; run < sources.size(); run++) {
            rows.get(sources.version(run))[reducePartition] += sources.rows(run);
        }
        placed.computeIfAbsent(reducePartition, none -> new ArrayList<>())
                .addAll(shuffle.partition(reducePartition).addAdopted(batch, sources));
    }

    /** Makes them visible: all of their rows were added. */
    public void commit() throws IOException {
        shuffle.requirePresent();
        for (Map.Entry<MapVersion, long[]> output : rows.entrySet()) {
            shuffle.commit(output.getKey(), RowCounts.of(output.getValue()));
        }
        committed = true;
    }

    @Override
    public void close() {
        if (!committed) {
            placed.forEach((partition, chunks) -> shuffle.partition(partition).drop(chunks));
            placed.clear();
        }
    }
}
