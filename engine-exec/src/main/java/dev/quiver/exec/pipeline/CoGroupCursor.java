package dev.quiver.exec.pipeline;

import dev.quiver.config.Bytes;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.spill.PendingRuns;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.stage.StageInput;
import java.util.List;
import java.util.Locale;

/**
 * One pair per key, of the key and a list of values per input. Reads all rows at the first pull. What does not fit into
 * memory is dealt out by key over runs on disk, every input alike, and grouped run by run; only the values of one key must
 * fit.
 */
final class CoGroupCursor implements Cursor, AutoCloseable {
    /** A key with this part of the values that fitted is looked at before all is dealt out once more. */
    private static final double MANY = 0.25;

    private final int inputs;
    private final Inputs opener;
    private final String operator;
    private final int level;
    private final TaskRun run;
    private final PendingRuns pending = new PendingRuns();
    private OperatorMemory held;
    private HeldMemory memory;
    private RowSizes sizes;
    private Cursor groups;
    private SpilledKeys[] aside;
    private boolean ended;

    /** Opens the rows of an input. */
    private interface Inputs {
        Cursor open(int input) throws Exception;
    }

    CoGroupCursor(List<StageInput> inputs, String operator, int partition, TaskRun run) {
        this(inputs.size(), input -> run.openInput(inputs.get(input), partition), operator, 0, run);
    }

    /** Of inputs that are open already. */
    static CoGroupCursor of(List<Cursor> inputs, String operator, int level, TaskRun run) {
        return new CoGroupCursor(inputs.size(), inputs::get, operator, level, run);
    }

    /**
     * @param operator as users know it
     * @param level    to deal the rows out at, if they do not fit
     */
    private CoGroupCursor(int inputs, Inputs opener, String operator, int level, TaskRun run) {
        this.inputs = inputs;
        this.opener = opener;
        this.operator = operator;
        this.level = level;
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        run.step();
        if (memory == null) {
            held = run.services.memory(operator);
            run.own(this);
            memory = new HeldMemory(held);
            sizes = new RowSizes(run.serializer, run.loader);
            groups = collected(opener, level, null);
        }
        while (!ended) {
            int count = groups == null ? 0 : groups.next(rows);
            if (count > 0) {
                return count;
            }
            groups = null;
            memory.spillWith(null);
            memory.holdBuffers(0);
            memory.hold(0);
            PendingRuns.Run next = pending.next();
            if (next == null) {
                ended = true;
                close();
            } else {
                groups = collected(reopened(next), next.nextLevel(), next);
            }
        }
        return 0;
    }

    private Inputs reopened(PendingRuns.Run of) {
        return input -> new BatchCursor(of.read(input), run);
    }

    /**
     * The groups of all rows; or null when they did not fit, and were dealt out.
     *
     * @param of the run that is read; null where the rows can be read once only
     */
    private Cursor collected(Inputs from, int nextLevel, PendingRuns.Run of) throws Exception {
        CoGroups collected = new CoGroups(inputs, memory);
        boolean canPart = of == null || of.canPart();
        if (canPart) {
            memory.spillWith(() -> giveBack(collected, nextLevel));
        }
        for (int input = 0; input < inputs; input++) {
            SizedRows rows = new SizedRows(from.open(input), sizes, run);
            while (rows.next()) {
                if (aside == null && !collected.hasRoom(rows)) {
                    memory.spillWith(null);
                    if (canPart) {
                        requireRoomForOne(collected, of);
                        putAside(collected, nextLevel);
                    } else {
                        requireRoomForAll(collected, rows, of);
                        collected.makeRoom(rows);
                    }
                }
                if (aside != null) {
                    rows.allTo(aside[input]);
                    break;
                }
                collected.add(rows, input);
            }
        }
        memory.spillWith(null);
        if (aside == null) {
            return new SpillableLists(collected, inputs, true, memory, () -> run.services.spill(operator), run);
        }
        for (SpilledKeys each : aside) {
            each.flush();
        }
        pending.add(aside);
        aside = null;
        return null;
    }

    /** While the next rows are read: another operator needs the memory. */
    private long giveBack(CoGroups collected, int nextLevel) throws Exception {
        long before = memory.bytes();
        if (collected.keys() == 0 || before <= 2 * inputs * SpilledKeys.bufferBytes(memory.share())) {
            return 0;
        }
        putAside(collected, nextLevel);
        return before - memory.bytes();
    }

    /** What a task may hold. */
    private long room() {
        return Math.max(memory.most(), KeyParts.UNPARTED_BYTES);
    }

    /** Looks whether dealing a run out helps: a key that has many of its values may be too large by itself. */
    private void requireRoomForOne(CoGroups collected, PendingRuns.Run of) throws Exception {
        CoGroups.Frequent frequent = of == null ? null : collected.mostFrequent();
        if (frequent != null && frequent.values() > MANY * collected.values()) {
            KeyLoad load = load(frequent, of);
            if (load.bytes() > room()) {
                throw load.exceeded(memory);
            }
        }
    }

    /** Looks whether a run that cannot be parted fits after all. */
    private void requireRoomForAll(CoGroups collected, SizedRows rows, PendingRuns.Run of) throws Exception {
        long bytes = collected.bytesWith(rows);
        if (bytes <= room()) {
            return;
        }
        CoGroups.Frequent frequent = collected.mostFrequent();
        if (frequent == null || 2 * frequent.values() >= collected.values()) {
            throw load(frequent == null ? new CoGroups.Frequent(rows.firstKey(), 0) : frequent, of)
                    .exceeded(memory);
        }
        throw memory.exceeded(String.format(
                Locale.ROOT,
                "%d keys whose hashes are all the same cannot be parted, and take more than %s with their values",
                collected.keys(),
                Bytes.of(bytes).display()));
    }

    private KeyLoad load(CoGroups.Frequent frequent, PendingRuns.Run of) throws Exception {
        return new KeyLoad(frequent.key(), inputs, CoGroups.PLACE_BYTES, sizes, run).count(reopened(of)::open);
    }

    /** Puts aside the rows collected; those still to come are to follow. */
    private void putAside(CoGroups collected, int nextLevel) throws Exception {
        long buffer = SpilledKeys.bufferBytes(memory.share());
        aside = new SpilledKeys[inputs];
        for (int input = 0; input < inputs; input++) {
            aside[input] = new SpilledKeys(run.services.spill(operator), nextLevel, buffer, run.serializer, run.loader);
        }
        memory.holdBuffers(buffer * inputs);
        collected.putAside(aside);
        for (SpilledKeys each : aside) {
            each.flush();
        }
        memory.hold(0);
    }

    @Override
    public void close() {
        groups = null;
        for (int input = 0; aside != null && input < inputs && aside[input] != null; input++) {
            aside[input].close();
        }
        aside = null;
        pending.close();
        if (held != null) {
            held.close();
        }
    }
}
