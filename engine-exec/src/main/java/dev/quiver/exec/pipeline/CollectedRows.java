package dev.quiver.exec.pipeline;

import dev.quiver.config.Bytes;
import dev.quiver.exec.compile.RowTarget;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.task.MemoryExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of a result, and the memory for them: asked for before it takes the next some rows, as many as make a mebibyte,
 * by the size of a few of those before. Nothing can be put aside, because a result is one value: when the budget has no more,
 * it goes on in what is left to the objects of user code, since these are some. Small ones ask nobody.
 */
final class CollectedRows implements RowTarget {
    private static final int MOST_STEP = 1024;
    private static final long STEP_BYTES = 1 << 20;
    private static final int LOOKED_AT = 16;

    /** A result this small needs no leave. */
    private static final long SMALL_BYTES = 1 << 18;

    /** The value serializer writes a row in about a quarter of its bytes, into an array that grows by doubling. */
    private static final int WRITTEN_PART = 2;

    private final String operator;
    private final TaskRun run;
    private final List<Object> rows = new ArrayList<>();
    private RowSizes sizes;
    private HeldMemory memory;
    private long bytes;
    private int sized;
    private int nextLook = 1;

    /** @param operator as users know it */
    CollectedRows(String operator, TaskRun run) {
        this.operator = operator;
        this.run = run;
    }

    int size() {
        return rows.size();
    }

    @Override
    public void row(Object row) {
        rows.add(row);
        if (rows.size() >= nextLook) {
            look();
        }
    }

    private void look() {
        if (sizes == null) {
            sizes = new RowSizes(run.serializer, run.loader);
        }
        int fresh = rows.size() - sized;
        int looked = Math.min(fresh, LOOKED_AT);
        long lookedBytes = 0;
        for (int look = 0; look < looked; look++) {
            lookedBytes += sizes.of(rows.get(sized + (int) ((long) look * fresh / looked)));
        }
        long perRow = lookedBytes / looked + 2 * RowSizes.REFERENCE;
        bytes += perRow * fresh;
        sized = rows.size();
        long step = Math.max(1, Math.min(Math.min(MOST_STEP, sized), STEP_BYTES / Math.max(1, perRow)));
        nextLook = sized + (int) step;
        require(bytes + step * perRow, "rows");
    }

    private void require(long needed, String what) {
        if (needed <= SMALL_BYTES) {
            return;
        }
        if (memory == null) {
            memory = new HeldMemory(run.own(run.services.memory(operator)));
        }
        if (!memory.tryHoldOrFail(needed) && needed > memory.bytes() + memory.beside()) {
            throw exceeded(needed, what);
        }
    }

    private MemoryExceeded exceeded(long needed, String what) {
        return memory.exceeded(String.format(
                Locale.ROOT,
                "the %d %s so far take %s, and a result cannot be put aside; collect less, or write the rows to files",
                rows.size(),
                what,
                Bytes.of(needed).display()));
    }

    /** The result, written; what it is made of is forgotten. */
    TaskProduct written() {
        require(bytes + bytes / WRITTEN_PART, "rows with what is written of them");
        TaskProduct product = new TaskProduct.Value(run.serializer.write(rows));
        rows.clear();
        if (memory != null) {
            memory.hold(0);
        }
        return product;
    }
}
