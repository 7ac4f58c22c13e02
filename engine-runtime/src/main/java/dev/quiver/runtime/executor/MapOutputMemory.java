package dev.quiver.runtime.executor;

import dev.quiver.block.memory.Reservation;
import dev.quiver.shuffle.store.ChunkMemory;

/** Chunks of map outputs in the memory budget of their executor. */
record MapOutputMemory(Reservation reservation) implements ChunkMemory {
    @Override
    public boolean tryGrow(long bytes) {
        return reservation.tryGrow(bytes);
    }

    @Override
    public void force(long bytes) {
        reservation.force(bytes);
    }

    @Override
    public void shrink(long bytes) {
        reservation.shrink(bytes);
    }
}
