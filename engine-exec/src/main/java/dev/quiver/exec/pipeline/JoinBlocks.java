package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.Concatenation;
import dev.quiver.exec.kernel.join.HashJoin;

/**
 * The build side of a join, read block by block: as many rows at a time as there is memory for, with a table of them. The
 * memory of a block is held until it is given back, and must be before the next block.
 */
final class JoinBlocks implements AutoCloseable {
    /** Rows of a run are not all of one length. */
    private static final double SLACK = 1.05;

    /** How much less is asked for after a refusal. */
    private static final double LESS = 0.8;

    private final BatchSource source;
    private final SideShape shape;
    private final JoinWork work;
    private final double rowBytes;
    private long rowsLeft;
    private boolean isWhole;
    private boolean started;
    private ColumnBatch next;
    private long granted;
    private long held;

    /**
     * @param source closed with this
     * @param shape  of its rows
     * @param rows   how many it has
     * @param bytes  that they have
     */
    JoinBlocks(BatchSource source, SideShape shape, long rows, long bytes, JoinWork work) {
        this.source = source;
        this.shape = shape;
        this.work = work;
        this.rowsLeft = rows;
        this.rowBytes = bytes / (double) Math.max(1, rows);
    }

    /** Takes memory for a block of the rows that are left. @return for how many there was room */
    long take() {
        release();
        long rows = Math.min(rowsLeft, HashJoin.MOST_BUILD_ROWS);
        rows = (long) Math.min(rows, JoinWork.MOST_BUILD_BYTES / Math.max(1, rowBytes));
        for (; rows > 0; rows = (long) (rows * LESS)) {
            long bytes = bytes(rows);
            if (work.memory().tryGrow(bytes)) {
                held = bytes;
                break;
            }
        }
        granted = rows;
        return rows;
    }

    private long bytes(long rows) {
        return bytes(shape, rows, (long) (rows * rowBytes));
    }

    /** Bytes that so many rows of a side take with a table of them. */
    static long bytes(SideShape shape, long rows, long columnBytes) {
        double data = columnBytes * SLACK;
        return (long) data + HashJoin.bytes(shape.pairs().key(), (long) (data * shape.keyPart()), rows, true);
    }

    /** From now on all rows come in one block, even where that takes more than was reckoned. */
    JoinBlocks whole() {
        isWhole = true;
        return this;
    }

    /** Whether it would fit when nothing else was held. */
    boolean mayFit() {
        return rowsLeft <= HashJoin.MOST_BUILD_ROWS
                && rowsLeft * rowBytes <= JoinWork.MOST_BUILD_BYTES
                && bytes(rowsLeft) <= work.memory().most();
    }

    /** The next block, all of one shape; or null. It has what memory was taken for, and at least one batch. */
    ColumnBatch next() throws Exception {
        if (!started) {
            started = true;
            next = source.next();
        }
        if (next == null) {
            return null;
        }
        if (held == 0 && take() == 0) {
            granted = next.rows();
            held = bytes(granted);
            work.memory().force(held);
        }
        Concatenation block = new Concatenation(next);
        double times = Math.min(granted / (double) next.rows(), granted * rowBytes / Math.max(1, next.sizeBytes()));
        block.plan(next, Math.max(1, times * SLACK));
        do {
            work.run().checkKilled();
            block.append(next);
            rowsLeft -= next.rows();
            ColumnBatch before = next;
            next = source.next();
            if (next == null || !next.shape().equals(before.shape())) {
                break;
            }
        } while (block.rows() + (long) next.rows() <= granted && hasRoom(block));
        return block.seal();
    }

    private boolean hasRoom(Concatenation block) {
        long growth = block.growth(next);
        if (growth == 0) {
            return true;
        }
        if (isWhole) {
            work.memory().force(growth);
        } else if (block.bytes() + growth > 3 * JoinWork.MOST_BUILD_BYTES / 2
                || !work.memory().tryGrow(growth)) {
            return false;
        }
        held += growth;
        return true;
    }

    /** Whether there is no block after the last one. */
    boolean isEnded() {
        return started && next == null;
    }

    /** Gives back the memory of the last block. */
    void release() {
        work.memory().shrink(held);
        held = 0;
    }

    @Override
    public void close() {
        release();
        source.close();
    }
}
