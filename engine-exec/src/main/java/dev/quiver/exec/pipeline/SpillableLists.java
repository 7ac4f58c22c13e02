package dev.quiver.exec.pipeline;

import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.spill.SpilledLists;
import dev.quiver.exec.task.SpillFile;
import java.util.function.Supplier;

/**
 * A grouped result that is given out of memory, and that goes to disk in the middle of it when another operator of the task
 * needs the memory: the reader sees no difference. Belongs to one task.
 */
final class SpillableLists implements Cursor {
    /** Small lists are made some at a time that take such a part of what is held. */
    private static final int PART_AT_A_TIME = 8;

    private final int inputs;
    private final boolean ofInputs;
    private final HeldMemory memory;
    private final Supplier<SpillFile> files;
    private final TaskRun run;
    private InMemory lists;
    private Cursor rows;

    /** Keys with their lists. */
    interface InMemory extends Cursor {
        /** Whether no key is left. */
        boolean isEmpty();

        /** Bytes of a value as an object, about. */
        double valueBytes();

        /** Bytes of the largest list that is left, and of those just given, whichever is more; about. */
        long mostLeft();

        /** Puts all keys that are left aside, and is empty afterwards. @param chunkBytes of values at a time, about */
        void putAside(SpilledLists into, long chunkBytes) throws Exception;
    }

    /**
     * @param ofInputs whether a key has a list of lists, one for each input
     * @param memory   holds the lists; gives back when it is asked to
     * @param files    makes one for what is left
     */
    SpillableLists(
            InMemory lists, int inputs, boolean ofInputs, HeldMemory memory, Supplier<SpillFile> files, TaskRun run) {
        this.lists = lists;
        this.inputs = inputs;
        this.ofInputs = ofInputs;
        this.memory = memory;
        this.files = files;
        this.run = run;
        this.rows = lists;
        memory.spillWith(this::giveBack);
    }

    @Override
    public int next(Object[] into) throws Exception {
        return rows.next(into);
    }

    private long giveBack() throws Exception {
        long before = memory.bytes();
        long buffers = SpilledLists.chunkBytes(memory.share());
        long most = Math.max(lists.mostLeft(), Math.min(ListsFromDisk.SMALL_BYTES, before / PART_AT_A_TIME));
        // A list that is most of all would be most of what is held, still.
        if (lists.isEmpty() || most + 2 * buffers * (1 + inputs) > before / 2) {
            return 0;
        }
        memory.spillWith(null);
        SpilledLists aside = new SpilledLists(inputs, files.get(), buffers, run.serializer, run.loader);
        rows = new ListsFromDisk(aside, memory, lists.valueBytes(), most, ofInputs);
        lists.putAside(aside, buffers);
        lists = null;
        aside.written();
        memory.holdBuffers(buffers * (1 + inputs));
        memory.hold(most);
        return before - memory.bytes();
    }
}
