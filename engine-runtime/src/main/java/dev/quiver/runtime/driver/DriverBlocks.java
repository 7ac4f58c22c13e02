package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockManager;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the driver gives its executors to fetch, and fetches from them. Safe for use by many threads. */
final class DriverBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(DriverBlocks.class);
    private static final int BATCH_ROWS = 4096;
    private static final long BATCH_BYTES = 1 << 20;

    private final BlockManager blocks;
    private final ValueSerializer serializer;
    private final ClassLoader classes;
    private final Predicate<ExecutorId> alive;

    /** @param alive whether an executor can still be asked for something; any thread */
    DriverBlocks(BlockManager blocks, ValueSerializer serializer, ClassLoader classes, Predicate<ExecutorId> alive) {
        this.blocks = blocks;
        this.serializer = serializer;
        this.classes = classes;
        this.alive = alive;
    }

    /** Keeps the slices of a collection, one block each, empty ones included. */
    void offerSlices(DatasetId dataset, List<? extends List<?>> slices) {
        for (int partition = 0; partition < slices.size(); partition++) {
            List<?> slice = slices.get(partition);
            try {
                blocks.keep(new BlockId.CollectionSlice(dataset, partition), batches(slice));
            } catch (IOException noRoom) {
                throw new QuiverException(
                        "the rows given to parallelize cannot be kept: " + noRoom.getMessage(), noRoom);
            }
        }
    }

    /** Drops the slices of a collection that nothing can read any more. */
    void removeSlices(DatasetId dataset) {
        blocks.removeDataset(dataset);
    }

    private List<ColumnBatch> batches(List<?> rows) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, classes);
        List<ColumnBatch> batches = new ArrayList<>();
        for (Object row : rows) {
            builder.append(row);
            if (builder.rows() == BATCH_ROWS || builder.sizeBytes() >= BATCH_BYTES) {
                batches.add(builder.seal());
            }
        }
        if (builder.rows() > 0) {
            batches.add(builder.seal());
        }
        return batches;
    }

    /** The bytes of a result that waits on the executor that computed it; empty when they can be had no more. */
    Optional<byte[]> takeResult(ExecutorId holder, BlockId block) throws InterruptedException {
        if (!alive.test(holder)) {
            return Optional.empty();
        }
        try {
            return blocks.fetchBlob(holder, block);
        } catch (InterruptedIOException stopped) {
            throw new InterruptedException(stopped.getMessage());
        } catch (IOException failure) {
            LOG.warn("The result {} cannot be fetched from executor {}", block.name(), holder, failure);
            return Optional.empty();
        } catch (InterruptedException | RuntimeException known) {
            throw known;
        } catch (Exception unexpected) {
            throw new QuiverException(
                    "the result " + block.name() + " cannot be fetched from executor " + holder + ": " + unexpected,
                    unexpected);
        }
    }
}
