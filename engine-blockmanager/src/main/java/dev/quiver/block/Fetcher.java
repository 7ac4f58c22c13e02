package dev.quiver.block;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
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
import java.util.ArrayList;
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
    private final MemoryBudget budget;
    private final ArrowBatches arrow;
    private final BlockDirectory directory;
    private final BlockTransfer transfer;
    private final Pause pause;

    Fetcher(
            ExecutorId self,
            BlockSettings settings,
            MemoryBudget budget,
            ArrowBatches arrow,
            BlockDirectory directory,
            BlockTransfer transfer,
            Pause pause) {
        this.self = self;
        this.settings = settings;
        this.budget = budget;
        this.arrow = arrow;
        this.directory = directory;
        this.transfer = transfer;
        this.pause = pause;
    }

    /** Reads an answer that was found. */
    private interface Reading<T> {
        T read(BlockId block, Answer answer, FrameReader frames) throws IOException;
    }

    Optional<BatchSource> batches(BlockId block) throws Exception {
        return fetch(block, this::readBatches);
    }

    /** A blob from one process, tried as often as any fetch. */
    Optional<byte[]> blob(ExecutorId from, BlockId block) throws Exception {
        return fetch(block, Fetcher::readBlob, asked -> List.of(from));
    }

    /** A blob from one process, tried once. */
    Optional<byte[]> blobOnce(ExecutorId from, BlockId block) throws IOException {
        return fetchFrom(from, block, Fetcher::readBlob);
    }

    private <T> Optional<T> fetch(BlockId block, Reading<T> reading) throws Exception {
        return fetch(block, reading, directory);
    }

    private <T> Optional<T> fetch(BlockId block, Reading<T> reading, BlockDirectory holders) throws Exception {
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
                    Optional<T> found = fetchFrom(holder, block, reading);
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

    private <T> Optional<T> fetchFrom(ExecutorId holder, BlockId block, Reading<T> reading) throws IOException {
        try (InputStream in = transfer.open(holder, block)) {
            FrameReader frames = new FrameReader(in, settings.fetchLimit().value());
            Answer answer = frames.start();
            return answer == Answer.NOT_FOUND ? Optional.empty() : Optional.of(reading.read(block, answer, frames));
        }
    }

    private BatchSource readBatches(BlockId block, Answer answer, FrameReader frames) throws IOException {
        if (answer != Answer.BATCHES) {
            throw new MalformedBlock("block " + block.name() + " came as " + answer);
        }
        Reservation held = budget.execution("fetched block " + block.name());
        try {
            List<ColumnBatch> batches = new ArrayList<>();
            byte[] schema = null;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.kind() == Kind.SCHEMA) {
                    schema = frame.payload();
                } else if (frame.kind() == Kind.BATCH && schema != null) {
                    ColumnBatch batch = arrow.decode(schema, ByteBuffer.wrap(frame.payload()));
                    if (!held.tryGrow(batch.sizeBytes())) {
                        throw new NoRoom(budget.describe());
                    }
                    if (batch.rows() > 0) {
                        batches.add(batch);
                    }
                } else {
                    throw new MalformedBlock("a frame of kind " + frame.kind() + " inside block " + block.name());
                }
            }
            return new FetchedSource(batches, held);
        } catch (IOException | RuntimeException failed) {
            held.close();
            throw failed;
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

    /** The block is larger than the memory that is left. */
    private static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1;

        NoRoom(String message) {
            super(message);
        }
    }

    /** Batches in memory, and the memory they take. */
    private record FetchedSource(BatchSource batches, Reservation held) implements BatchSource {
        FetchedSource(List<ColumnBatch> batches, Reservation held) {
            this(BatchSource.of(batches), held);
        }

        @Override
        public ColumnBatch next() throws Exception {
            return batches.next();
        }

        @Override
        public void close() {
            held.close();
        }
    }
}
