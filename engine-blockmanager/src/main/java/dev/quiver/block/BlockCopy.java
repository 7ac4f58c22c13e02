package dev.quiver.block;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A block that this process was asked to copy from others. It is there from the request on, so that a dataset that is
 * dropped before the copy was made drops it too. Made on one thread, run on another.
 */
public final class BlockCopy implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockCopy.class);

    private final Stores stores;
    private final Fetcher fetcher;
    private final StoringWriter writer;

    BlockCopy(Stores stores, Fetcher fetcher, StoringWriter writer) {
        this.stores = stores;
        this.fetcher = fetcher;
        this.writer = writer;
    }

    /** Fetches and stores the block. However that ends, the driver will be told whether the block is here now. */
    @Override
    public void run() {
        BlockId block = writer.block();
        try (writer) {
            Optional<BatchSource> rows = writer.isRefused() ? Optional.empty() : fetcher.batches(block);
            if (rows.isPresent()) {
                copy(rows.get());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            LOG.warn("Cannot copy block {} to this executor; the driver may ask another.", block.name(), failed);
        } finally {
            stores.changed(block);
        }
    }

    /** Gives the copy up. */
    @Override
    public void close() {
        writer.close();
    }

    private void copy(BatchSource rows) throws Exception {
        try (rows) {
            for (ColumnBatch batch = rows.next(); batch != null && !writer.isRefused(); batch = rows.next()) {
                writer.write(batch);
            }
            writer.commit();
        }
    }
}
