package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.stage.StageInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One pair per key, of the key and a list of values per input. Reads all rows at the first pull. */
final class CoGroupCursor implements Cursor {
    private final int inputs;
    private final Inputs opener;
    private final TaskRun run;
    private GroupTable groups;
    private int entry;

    /** Opens the rows of an input. */
    private interface Inputs {
        Cursor open(int input) throws Exception;
    }

    CoGroupCursor(List<StageInput> inputs, int partition, TaskRun run) {
        this(inputs.size(), input -> run.openInput(inputs.get(input), partition), run);
    }

    /** Of inputs that are open already. */
    CoGroupCursor(List<Cursor> inputs, String operator, int level, TaskRun run) {
        this(inputs.size(), inputs::get, run);
    }

    private CoGroupCursor(int inputs, Inputs opener, TaskRun run) {
        this.inputs = inputs;
        this.opener = opener;
        this.run = run;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        if (groups == null) {
            groups = new GroupTable();
            for (int input = 0; input < inputs; input++) {
                gather(opener.open(input), input);
            }
        }
        int count = Math.min(rows.length, groups.size() - entry);
        for (int row = 0; row < count; row++) {
            List<Object>[] lists = lists(groups.value(entry));
            for (int input = 0; input < lists.length; input++) {
                if (lists[input] == null) {
                    lists[input] = new ArrayList<>(0);
                }
            }
            rows[row] = new Pair<>(groups.key(entry), new ArrayList<>(Arrays.asList(lists)));
            groups.value(entry++, null);
        }
        return count;
    }

    private void gather(Cursor source, int input) throws Exception {
        Object[] batch = new Object[BATCH_ROWS];
        for (int count = source.next(batch); count > 0; count = source.next(batch)) {
            for (int row = 0; row < count; row++) {
                Pair<?, ?> pair = (Pair<?, ?>) batch[row];
                int found = groups.entry(pair.key());
                if (found < 0) {
                    found = ~found;
                    groups.value(found, new List<?>[inputs]);
                }
                List<Object>[] lists = lists(groups.value(found));
                if (lists[input] == null) {
                    lists[input] = new ArrayList<>(2);
                }
                lists[input].add(pair.value());
            }
            run.checkKilled();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object>[] lists(Object value) {
        return (List<Object>[]) value;
    }
}
