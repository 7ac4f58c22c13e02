package dev.quiver.runtime.executor;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.id.ExecutorId;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.CompressionSettings;
import dev.quiver.shuffle.compress.MeasuredLink;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.storage.ExecutorStorage;
import dev.quiver.shuffle.storage.SharedStorage;
import dev.quiver.shuffle.storage.ShuffleStorage;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.time.Clock;
import java.nio.file.Path;

/**
 * Where an executor keeps its map outputs.
 *
 * @param storage where its session wants them
 * @param store   what it serves to other executors; nothing where they reach the outputs themselves. Closed with the
 *                storage
 */
record KeptMapOutputs(ShuffleStorage storage, ShuffleStore store) {
    /** What stores are made of. */
    record Means(
            String application,
            ExecutorId id,
            Config config,
            Clock clock,
            ArrowBatches arrow,
            Disk disk,
            MemoryBudget memory,
            ValueSerializer serializer,
            ClassLoader classes) {

        private ShuffleStore store(
                LocalFolders folders,
                Durability durability,
                ShuffleSettings settings,
                SegmentOptions options,
                Compression compression) {
            return new ShuffleStore(
                    folders,
                    durability,
                    settings,
                    options,
                    shape -> new BatchBuilder(shape, serializer, classes),
                    () -> new RowChecksums(serializer, classes),
                    arrow,
                    compression,
                    disk,
                    new MapOutputMemory(memory.execution("map outputs")));
        }
    }

    /**
     * As the session wants it.
     *
     * @param folders     for files of this executor's own
     * @param durability  of what it keeps itself
     * @param compression of what it keeps itself
     */
    static KeptMapOutputs open(Means means, LocalFolders folders, Durability durability, Compression compression) {
        StorageSettings chosen = StorageSettings.of(means.config);
        ShuffleSettings settings = ShuffleSettings.of(means.config);
        SegmentOptions options = SegmentOptions.of(means.config, means.application, means.id);
        return switch (chosen.kind()) {
            case EXECUTOR -> {
                long inMemory = Math.min(settings.memoryMaxBytes(), means.memory.totalBytes() / 2);
                ShuffleStore store =
                        means.store(folders, durability, settings.withMemoryMaxBytes(inMemory), options, compression);
                yield new KeptMapOutputs(new ExecutorStorage(means.id, store), store);
            }
            case SHARED -> {
                CompressionSettings compress = settings.compression();
                // Whether the folder is a disk of this host or a server far away shows when it is read.
                MeasuredLink link = new MeasuredLink(compress.assumedLink(), means.clock);
                ShuffleStore store = means.store(
                        folders,
                        Durability.FILES,
                        settings.ofOneTask(),
                        options.ofOneSyncedTask(StorageSettings.DIR),
                        new Compression(compress, link, means.clock));
                Path folder = chosen.folder(means.application);
                yield new KeptMapOutputs(new SharedStorage(folder, store, link, chosen.indexCacheBytes()), store);
            }
        };
    }
}
