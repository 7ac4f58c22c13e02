package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import java.util.function.LongConsumer;

/**
 * Keeps the content checksum of a map output apart from how far its rows happened to be merged. Merging stops where it does
 * not pay, or the table is full: which rows are merged by then depends on the order in which they came, on batches, on memory.
 * So what counts is
 * <ul>
 *   <li>the merged rows, when each key went on once, at the end
 *   <li>the rows as they came, when some went on before the end: the others are taken out of the checksum again, and the rows
 *       they were merged from put in
 * </ul>
 * Rows are counted as they come only while merging may turn out not to pay; where few of many rows bring a new key it is all
 * but certain that none goes on early. If one does all the same, the checksum is that of the rows as they went on, and
 * another run of the task may seem to give other rows. Belongs to one task.
 */
public final class ContentBeforeMerging {
    /** No longer counted from here on: one new key in so many rows. */
    private static final int ROWS_PER_NEW_KEY = 8;

    private final RowChecksums checksums;
    private final PartitionTargets targets;
    private final LongConsumer correct;
    private int[] partitions = new int[0];
    private boolean counting;
    private boolean wentOnEarly;
    private long difference;

    /**
     * @param checksums as the writer of the map output counts, or null when nothing is to be counted
     * @param targets   the reduce partition of each row, before and after merging
     * @param correct   told differences to what the writer has counted
     */
    public ContentBeforeMerging(RowChecksums checksums, PartitionTargets targets, LongConsumer correct) {
        this.checksums = checksums;
        this.targets = targets;
        this.correct = correct;
        this.counting = checksums != null;
    }

    /** Nothing is counted. */
    public static ContentBeforeMerging ignored() {
        return new ContentBeforeMerging(null, null, null);
    }

    boolean isCounting() {
        return counting;
    }

    /** Whether rows that go on early now change the checksum of the map output. */
    boolean isSettled() {
        return checksums != null && !counting && !wentOnEarly;
    }

    /** Rows of a batch were merged. */
    void came(ColumnBatch batch, int from, int to) {
        if (counting) {
            difference += sum(batch, from, to);
        }
    }

    /** Rows went on as they came, past those that were merged. */
    void passed() {
        wentOnEarly = true;
    }

    /** How merging went lately. */
    void look(long rows, long newKeys) {
        counting &= wentOnEarly || newKeys * ROWS_PER_NEW_KEY > rows;
    }

    /** The table is about to be emptied; its rows follow. */
    void handingOn(boolean whole) {
        wentOnEarly |= !whole;
    }

    /** A batch of merged rows goes on. */
    void handedOn(ColumnBatch merged) {
        if (counting && wentOnEarly) {
            difference -= sum(merged, 0, merged.rows());
        }
    }

    /** The table is empty. */
    void handed() {
        if (counting && wentOnEarly) {
            correct.accept(difference);
            difference = 0;
        }
    }

    private long sum(ColumnBatch batch, int from, int to) {
        if (partitions.length < batch.rows()) {
            partitions = new int[batch.rows()];
        }
        targets.of(batch, partitions);
        return checksums.sum(batch, from, to, partitions);
    }
}
