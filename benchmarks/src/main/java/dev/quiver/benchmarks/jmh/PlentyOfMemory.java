package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.OperatorMemory;

/** Memory that is never refused. */
final class PlentyOfMemory implements OperatorMemory {
    private long held;

    @Override
    public boolean tryGrow(long bytes) {
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
        return Long.MAX_VALUE;
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
