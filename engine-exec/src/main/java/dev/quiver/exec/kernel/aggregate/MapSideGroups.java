package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.compile.TextKeyMerger;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.shape.Shape;

/**
 * Merges rows by key before they cross a shuffle, while that pays: when of the last rows more than half brought a new
 * key, the rest goes on as it is. The reduce side merges anyway, so what comes through unmerged does no harm; so do rows
 * that the groups cannot take.
 */
public final class MapSideGroups implements BatchSink {
    private static final int WINDOW_ROWS = 100_000;
    private static final int STEP_ROWS = 1 << 14;

    private final Groups groups;
    private final int mostGroups;
    private final BatchSink next;
    private final BatchSink others;
    private final boolean mustMerge;
    private final HeldMemory memory;
    private final ContentBeforeMerging content;
    private boolean passing;
    private int windowRows;
    private int windowGroups;
    private long mergedRows;

    /**
     * @param mostGroups most keys that are held
     * @param next       takes what was merged
     * @param others     takes rows that were not, as they came
     * @param mustMerge  whether rows are merged even where it does not pay, because what goes on has another type
     * @param memory     for the groups; when it is refused, what is held is handed on
     * @param content    counts the rows that enter
     */
    public MapSideGroups(
            Groups groups,
            int mostGroups,
            BatchSink next,
            BatchSink others,
            boolean mustMerge,
            HeldMemory memory,
            ContentBeforeMerging content) {
        this.groups = groups;
        this.mostGroups = mostGroups;
        this.next = next;
        this.others = others;
        this.mustMerge = mustMerge;
        this.memory = memory;
        this.content = content;
        if (groups instanceof TextGroups texts && content.isCounting()) {
            texts.merge().counted = new TextRows((Shape.PairOf) texts.shape(), content);
        }
        memory.spillWith(this::giveBack);
    }

    /** Between two batches: another operator needs the memory. */
    private long giveBack() throws Exception {
        long before = memory.bytes();
        if (groups.size() == 0 || content.isSettled()) {
            return 0;
        }
        handOn(false);
        return Math.max(0, before - memory.bytes());
    }

    @Override
    public void accept(ColumnBatch batch) throws Exception {
        if (passing || !groups.takes(batch)) {
            content.passed();
            others.accept(batch);
            return;
        }
        int rows = batch.rows();
        int from = 0;
        while (from < rows && !passing) {
            int to = Math.min(rows, from + STEP_ROWS);
            makeRoom(batch, from, to);
            int merged = groups.add(batch, from, to);
            content.came(batch, from, merged);
            windowRows += merged - from;
            from = merged;
            passing = merged < to || !pays();
            if (passing || groups.size() > mostGroups) {
                handOn(false);
            }
        }
        if (from < rows) {
            content.passed();
            others.accept(Rows.from(batch, from));
        }
    }

    private void makeRoom(ColumnBatch batch, int from, int to) throws Exception {
        if (!memory.tryHold(groups.bytesWith(batch, from, to))) {
            handOn(false);
            memory.hold(groups.bytesWith(batch, from, to));
        }
    }

    /**
     * What generated code merges pairs of a shape with, one by one; null when there is nothing for that, or when merging no
     * longer pays. To be asked again every some thousand rows.
     */
    public TextKeyMerger oneByOne(Shape shape) throws Exception {
        if (passing || !(groups instanceof TextGroups texts) || !texts.shape().equals(shape)) {
            return null;
        }
        TextMerge merge = texts.merge();
        merge.limit(mostGroups, this::handOnUnlessItHolds);
        windowRows = (int) Math.min(Integer.MAX_VALUE, windowRows + merge.rows() - mergedRows);
        mergedRows = merge.rows();
        passing = !pays();
        if (passing) {
            handOn(false);
        }
        return passing ? null : merge;
    }

    private boolean handOnUnlessItHolds(long bytes) throws Exception {
        if (groups.size() < mostGroups && memory.tryHold(bytes)) {
            return false;
        }
        handOn(false);
        return true;
    }

    private boolean pays() {
        if (content.isCounting() && windowRows >= STEP_ROWS) {
            content.look(windowRows, groups.size() - windowGroups);
            stopCounting();
        }
        if (mustMerge || windowRows < WINDOW_ROWS) {
            return true;
        }
        int size = groups.size();
        boolean pays = size - windowGroups <= windowRows / 2;
        windowGroups = size;
        windowRows = 0;
        return pays;
    }

    private void stopCounting() {
        if (!content.isCounting() && groups instanceof TextGroups texts) {
            texts.merge().counted = null;
        }
    }

    /** @param whole whether each key goes on once and nothing will come after */
    private void handOn(boolean whole) throws Exception {
        if (groups instanceof TextGroups texts && texts.merge().counted != null) {
            texts.merge().counted.flush();
        }
        content.handingOn(whole);
        for (ColumnBatch batch = groups.take(); batch != null; batch = groups.take()) {
            content.handedOn(batch);
            next.accept(batch);
        }
        content.handed();
        groups.clear();
        memory.hold(groups.bytes());
        windowGroups = 0;
        windowRows = 0;
    }

    /** Sends on what is held. */
    public void finish() throws Exception {
        handOn(groups.complete());
    }
}
