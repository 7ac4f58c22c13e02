package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.config.Bytes;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.task.MemoryExceeded;
import java.util.Locale;
import java.util.Objects;

/** How much memory the values of one key take in all inputs of a cogroup. */
final class KeyLoad {
    private final Object key;
    private final long[] values;
    private final int placeBytes;
    private final RowSizes sizes;
    private final TaskRun run;
    private long bytes;

    /** Opens the rows of an input. */
    interface Opener {
        Cursor open(int input) throws Exception;
    }

    /** @param placeBytes of a place in a list */
    KeyLoad(Object key, int inputs, int placeBytes, RowSizes sizes, TaskRun run) {
        this.key = key;
        this.placeBytes = placeBytes;
        this.values = new long[inputs];
        this.sizes = sizes;
        this.run = run;
    }

    /** Reads all rows, and keeps none. */
    KeyLoad count(Opener inputs) throws Exception {
        for (int input = 0; input < values.length; input++) {
            SizedRows rows = new SizedRows(inputs.open(input), sizes, run);
            while (rows.next()) {
                for (int row = 0; row < rows.count; row++) {
                    Pair<?, ?> pair = (Pair<?, ?>) rows.rows[row];
                    if (Objects.equals(pair.key(), key)) {
                        values[input]++;
                        bytes += placeBytes + sizes.of(pair.value());
                    }
                }
            }
        }
        return this;
    }

    /** Bytes that they take as objects, about. */
    long bytes() {
        return bytes;
    }

    /** How many there are in an input. */
    long values(int input) {
        return values[input];
    }

    /** What to throw when they do not fit. */
    MemoryExceeded exceeded(HeldMemory memory) {
        int most = 0;
        for (int input = 1; input < values.length; input++) {
            most = values[input] > values[most] ? input : most;
        }
        return memory.exceeded(
                String.format(
                        Locale.ROOT,
                        "key %s has %d values in input %d, about %s as objects",
                        HeldMemory.shortened(key),
                        values[most],
                        most + 1,
                        Bytes.of(bytes).display()),
                bytes);
    }
}
