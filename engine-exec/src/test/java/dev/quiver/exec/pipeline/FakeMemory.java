package dev.quiver.exec.pipeline;

import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;

/** Memory of one operator, up to a bound. */
public final class FakeMemory implements OperatorMemory {
    final String operator;
    private final long share;
    private final Runnable onClose;
    private long held;
    /** Most bytes that were held at once. */
    long most;

    /** As {@link OperatorMemory#beside}. */
    long beside;

    private boolean closed;
    private Spiller spiller;

    public FakeMemory(String operator, long share, Runnable onClose) {
        this.operator = operator;
        this.share = share;
        this.onClose = onClose;
    }

    @Override
    public boolean tryGrow(long bytes) {
        if (bytes > share - held) {
            return false;
        }
        force(bytes);
        return true;
    }

    @Override
    public void force(long bytes) {
        held += bytes;
        most = Math.max(most, held);
    }

    @Override
    public void shrink(long bytes) {
        if (bytes > held) {
            throw new IllegalArgumentException(operator + " gives back " + bytes + " and holds " + held);
        }
        held -= bytes;
    }

    @Override
    public long bytes() {
        return held;
    }

    @Override
    public long share() {
        return share;
    }

    @Override
    public long most() {
        return share;
    }

    @Override
    public long beside() {
        return beside;
    }

    /** Who gives back for others now; null when nobody does. */
    Spiller spiller() {
        return spiller;
    }

    @Override
    public void spillWith(Spiller asked) {
        spiller = asked;
    }

    /** As when another operator of the task needs memory. @return bytes given back */
    long spill() throws Exception {
        return spiller == null ? 0 : spiller.spill();
    }

    @Override
    public MemoryExceeded exceeded(String what) {
        return new MemoryExceeded(operator + ": " + what);
    }

    @Override
    public void close() {
        held = 0;
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
