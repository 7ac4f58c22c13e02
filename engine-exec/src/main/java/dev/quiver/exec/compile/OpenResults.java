package dev.quiver.exec.compile;

import java.util.ArrayDeque;

/**
 * What flatMap functions returned and can be closed, innermost last. Whoever runs the task closes this at its end, for
 * tasks that stop in the middle of a row.
 */
@SuppressWarnings("try") // passes on what user code throws, an interrupt included
public final class OpenResults implements AutoCloseable {
    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

    /** Fails for a function that returned null. */
    public static void refuseNull(Object results) {
        if (results == null) {
            throw new NullPointerException(
                    "the function given to flatMap returned null for a row; return an empty list instead");
        }
    }

    /** Remembers what has to be closed when its rows were taken. */
    public void opened(Object results, Object iterator) {
        open.addLast(() -> close(results, iterator));
    }

    /** Closes what was opened last. */
    public void closeLast() throws Exception {
        open.removeLast().close();
    }

    private static void close(Object results, Object iterator) throws Exception {
        try {
            if (iterator instanceof AutoCloseable resource && iterator != results) {
                resource.close();
            }
        } finally {
            if (results instanceof AutoCloseable resource) {
                resource.close();
            }
        }
    }

    @Override
    public void close() throws Exception {
        Exception first = null;
        while (!open.isEmpty()) {
            try {
                closeLast();
            } catch (Exception failure) {
                if (first == null) {
                    first = failure;
                } else if (first != failure) {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
