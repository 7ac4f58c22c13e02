package dev.quiver.block;

import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.BlockFrames.Frame;
import dev.quiver.block.wire.BlockFrames.Kind;
import dev.quiver.block.wire.BlockTooLarge;
import dev.quiver.block.wire.FrameReader;
import dev.quiver.block.wire.MalformedBlock;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches blocks from other processes, whole before the first row is used, so that a failure in the middle can be tried
 * again elsewhere. Safe for many threads.
 */
final class Fetcher {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    private final ExecutorId self;
    private final BlockSettings settings;
    private final Stores stores;
    private final ArrowBatches arrow;
    private final BlockDirectory directory;
    private final BlockTransfer transfer;
    private final Pause pause;

    Fetcher(
            ExecutorId self,
            BlockSettings settings,
            Stores stores,
            ArrowBatches arrow,
            BlockDirectory directory,
            BlockTransfer transfer,
            Pause pause) {
        this.self = self;
        this.settings = settings;
        this.stores = stores;
        this.arrow = arrow;
        this.directory = directory;
        this.transfer = transfer;
        this.pause = pause;
    }

    /** Asks one process. */
    private interface Asking<T> {
        Optional<T> of(ExecutorId holder, BlockId block) throws IOException;
    }

    /** Reads an answer that was found. */
    private interface Reading<T> {
        T read(BlockId block, Answer answer, FrameReader frames) throws IOException;
    }

    Optional<BatchSource> batches(BlockId block) throws Exception {
        return fetch(block, this::batchesFrom, directory);
    }

    /** A blob from one process, tried as often as any fetch. */
    Optional<byte[]> blob(ExecutorId from, BlockId block) throws Exception {
        return fetch(block, this::blobOnce, asked -> List.of(from));
    }

    /** A blob from one process, tried once. */
    Optional<byte[]> blobOnce(ExecutorId from, BlockId block) throws IOException {
        return answer(transfer.open(from, block), block, Fetcher::readBlob);
    }

    private <T> Optional<T> fetch(BlockId block, Asking<T> asking, BlockDirectory holders) throws Exception {
        for (int attempt = 1; attempt <= settings.fetchAttempts(); attempt++) {
            if (attempt > 1) {
                pause.pause(settings.fetchRetryWait().multipliedBy(attempt - 1));
            }
            boolean failed = false;
            for (ExecutorId holder : holders.holders(block)) {
                if (holder.equals(self)) {
                    continue;
                }
                try {
                    Optional<T> found = asking.of(holder, block);
                    if (found.isPresent()) {
                        return found;
                    }
                } catch (InterruptedIOException stopped) {
                    throw stopped;
                } catch (NoRoom | BlockTooLarge noRoom) {
                    LOG.warn("Block {} is computed again instead of fetched: {}", block.name(), noRoom.getMessage());
                    return Optional.empty();
                } catch (IOException cause) {
                    failed = true;
                    LOG.debug(
                            "Fetching block {} from executor {} failed, try {} of {}.",
                            block.name(),
                            holder,
                            attempt,
                            settings.fetchAttempts(),
                            cause);
                }
            }
            if (!failed) {
                return Optional.empty();
            }
        }
        LOG.warn(
                "Block {} could not be fetched in {} tries and counts as lost.",
                block.name(),
                settings.fetchAttempts());
        return Optional.empty();
    }

    /** Rows of a holder on this host are read from its files, where it has some. */
    private Optional<BatchSource> batchesFrom(ExecutorId holder, BlockId block) throws IOException {
        try {
            return answer(transfer.openNear(holder, block), block, this::readBatches);
        } catch (UnreadableHere unreadable) {
            LOG.debug("Executor {} is asked to send block {}.", holder, block.name(), unreadable);
            return answer(transfer.open(holder, block), block, this::readBatches);
        }
    }

    private <T> Optional<T> answer(InputStream opened, BlockId block, Reading<T> reading) throws IOException {
        try (InputStream in = opened) {
            FrameReader frames = new FrameReader(in, limit(block));
            Answer answer = frames.start();
            return answer == Answer.NOT_FOUND ? Optional.empty() : Optional.of(reading.read(block, answer, frames));
        }
    }

    /** Rows come frame by frame and go to disk when they are many; a value has to be put together in memory. */
    private long limit(BlockId block) {
        boolean rows = block instanceof BlockId.CachedPartition || block instanceof BlockId.CollectionSlice;
        return rows ? Long.MAX_VALUE : settings.fetchLimit().value();
    }

    private BatchSource readBatches(BlockId block, Answer answer, FrameReader frames) throws IOException {
        if (answer == Answer.FILES) {
            return readFiles(block, frames);
        }
        if (answer != Answer.BATCHES) {
            throw new MalformedBlock("block " + block.name() + " came as " + answer);
        }
        FetchedRows rows = new FetchedRows(
                block, stores.budget(), stores.disk(), settings.fetchInMemory().value());
        try {
            byte[] schema = null;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.kind() == Kind.SCHEMA) {
                    schema = frame.payload();
                } else if (frame.kind() == Kind.BATCH && schema != null) {
                    add(rows, arrow.decode(schema, ByteBuffer.wrap(frame.payload())));
                } else {
                    throw new MalformedBlock("a frame of kind " + frame.kind() + " inside block " + block.name());
                }
            }
            return rows.source();
        } catch (IOException | RuntimeException failed) {
            rows.close();
            throw failed;
        }
    }

    /** Opens the files of a holder on this host, and reads them once, so that no row of a damaged block is used. */
    private BatchSource readFiles(BlockId block, FrameReader frames) throws IOException {
        DiskBlock files = LocatedBlock.read(block, frames);
        DiskReader reader = null;
        try {
            reader = stores.disk().reader(block, files);
            reader.verify();
            return reader;
        } catch (IOException failed) {
            if (reader != null) {
                reader.close();
            }
            throw failed instanceof ClosedByInterruptException ? failed : new UnreadableHere(failed);
        }
    }

    private void add(FetchedRows rows, ColumnBatch batch) throws NoRoom {
        try {
            rows.add(batch);
        } catch (IOException diskFailed) {
            throw new NoRoom(stores.budget().describe() + " It does not fit on disk either: " + diskFailed, diskFailed);
        }
    }

    private static byte[] readBlob(BlockId block, Answer answer, FrameReader frames) throws IOException {
        if (answer != Answer.BLOB) {
            throw new MalformedBlock("block " + block.name() + " came as " + answer);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            if (frame.kind() != Kind.BYTES) {
                throw new MalformedBlock("a frame of kind " + frame.kind() + " inside block " + block.name());
            }
            bytes.write(frame.payload());
        }
        return bytes.toByteArray();
    }

    /** The files of a block that is on this host cannot be read by this process. */
    private static final class UnreadableHere extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableHere(IOException cause) {
            super(cause);
        }
    }

    /** The block is larger than what is left of memory and disk. */
    private static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1;

        NoRoom(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
