package dev.quiver.runtime.driver;

import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset;
import dev.quiver.block.DatasetBlocks;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The datasets that are to be kept, for people who ask. Holds nothing by which one of them could be reached, so that those
 * nobody needs are collected. Safe for use by many threads.
 */
final class PersistedDatasets {
    private record Entry(String definition, StorageLevel level, int partitions) {}

    /** Executors were not told to drop it yet. */
    private static final Entry DROPPED = new Entry("no longer persisted", StorageLevel.NONE, 0);

    private final Map<Integer, Entry> entries = new ConcurrentSkipListMap<>();

    void add(Lineage dataset) {
        entries.put(
                dataset.id().value(),
                new Entry(dataset.callSite().toString(), dataset.storageLevel(), dataset.partitionCount()));
    }

    void remove(DatasetId dataset) {
        entries.remove(dataset.value());
    }

    /**
     * Those that are to be kept, and any other of which something is kept all the same.
     *
     * @param kept what is kept of datasets
     */
    List<StoredDataset> with(Map<DatasetId, DatasetBlocks> kept) {
        Map<Integer, Entry> all = new TreeMap<>(entries);
        kept.forEach((dataset, blocks) -> all.putIfAbsent(dataset.value(), DROPPED));
        List<StoredDataset> stored = new ArrayList<>();
        all.forEach((number, entry) -> {
            DatasetBlocks blocks = kept.getOrDefault(new DatasetId(number), DatasetBlocks.NONE);
            stored.add(new StoredDataset(
                    number,
                    entry.definition,
                    entry.level,
                    entry == DROPPED ? blocks.partitions() : entry.partitions,
                    blocks.partitions(),
                    blocks.evictions(),
                    blocks.executors()));
        });
        return stored;
    }
}
