package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;

/** Memory of one operator up to a bound, counted and not allocated. Belongs to one thread. */
final class CountedMemory implements OperatorMemory {
    private final long share;
    private long held;

    CountedMemory(long share) {
        this.share = share;
    }

    /** Memory that is never refused. */
    static CountedMemory plenty() {
        return new CountedMemory(Long.MAX_VALUE);
    }

    @Override
    public boolean tryGrow(long bytes) {
        if (bytes > share - held) {
            return false;
        }
        held += bytes;
        return true;
    }

    @Override
    public void force(long bytes) {
        held += bytes;
    }

    @Override
    public void shrink(long bytes) {
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
        return share();
    }

    @Override
    public void spillWith(Spiller spiller) {}

    @Override
    public MemoryExceeded exceeded(String what) {
        return new MemoryExceeded(what);
    }

    @Override
    public void close() {
        held = 0;
    }
}
