package dev.quiver.block.memory;

import dev.quiver.config.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much memory execution and storage may hold together. Storage may use whatever execution does not; execution takes
 * it back down to a floor by having cached blocks evicted; storage never takes from execution. Every byte is held under a
 * name, so that running out can say who holds what. Counts bytes, allocates none. Safe for many threads.
 */
public final class MemoryBudget {
    /** Frees memory of storage. Called without any lock of the budget held. */
    public interface Evictor {
        /**
         * Evicts blocks that nobody reads.
         *
         * @return bytes given back by the time it returns; 0 when nothing can be evicted
         */
        long evict(long bytes);
    }

    private final long total;
    private final long storageFloor;
    private final Set<Reservation> reservations = new LinkedHashSet<>();
    private final long[] used = new long[Use.values().length];
    private volatile Evictor evictor = bytes -> 0;

    /** What memory is used for. */
    private enum Use {
        EXECUTION,
        STORAGE
    }

    /**
     * @param totalBytes      for execution and storage together
     * @param storageFraction part of it below which execution does not evict, from 0 to 1
     */
    public MemoryBudget(long totalBytes, double storageFraction) {
        this.total = totalBytes;
        this.storageFloor = (long) (totalBytes * storageFraction);
    }

    /** Names who frees storage when execution needs it. */
    public void evictWith(Evictor storageEvictor) {
        this.evictor = storageEvictor;
    }

    /** An empty reservation for a running task. @param holder operator and partition, for messages */
    public Reservation execution(String holder) {
        return open(Use.EXECUTION, holder);
    }

    /** An empty reservation for stored data. @param holder what is stored, for messages */
    public Reservation storage(String holder) {
        return open(Use.STORAGE, holder);
    }

    private synchronized Reservation open(Use use, String holder) {
        Reservation reservation = new Held(use, holder);
        reservations.add(reservation);
        return reservation;
    }

    public long totalBytes() {
        return total;
    }

    public synchronized long executionBytes() {
        return used[Use.EXECUTION.ordinal()];
    }

    public synchronized long storageBytes() {
        return used[Use.STORAGE.ordinal()];
    }

    /** Bytes nobody holds; negative while more was forced than there is. */
    public synchronized long freeBytes() {
        return total - used[0] - used[1];
    }

    /** Bytes by the name they are held under, sorted by name. */
    public synchronized Map<String, Long> ledger() {
        Map<String, Long> ledger = new TreeMap<>();
        for (Reservation reservation : reservations) {
            if (reservation.bytes() > 0) {
                ledger.merge(reservation.holder(), reservation.bytes(), Long::sum);
            }
        }
        return ledger;
    }

    /** One sentence on who holds the memory, the largest first, for error messages. */
    public String describe() {
        List<Map.Entry<String, Long>> entries = new ArrayList<>(ledger().entrySet());
        entries.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()));
        StringBuilder text = new StringBuilder("Of " + Bytes.of(total).display());
        for (Map.Entry<String, Long> entry : entries.subList(0, Math.min(10, entries.size()))) {
            text.append(", ")
                    .append(entry.getKey())
                    .append(" holds ")
                    .append(Bytes.of(entry.getValue()).display());
        }
        if (entries.size() > 10) {
            text.append(", ").append(entries.size() - 10).append(" others hold the rest");
        }
        return text.append(entries.isEmpty() ? ", nobody holds any." : ".").toString();
    }

    private synchronized boolean take(Held reservation, long bytes) {
        if (bytes > total - used[0] - used[1]) {
            return false;
        }
        reservation.change(bytes);
        return true;
    }

    /** What execution lacks for this many bytes, or -1 when evicting down to the floor would not bring it. */
    private synchronized long missing(long bytes) {
        long missing = bytes - (total - used[0] - used[1]);
        if (missing <= 0) {
            return 0;
        }
        return missing <= used[Use.STORAGE.ordinal()] - storageFloor ? missing : -1;
    }

    private final class Held implements Reservation {
        private final Use use;
        private final String holder;
        private long held;
        private boolean closed;

        Held(Use use, String holder) {
            this.use = use;
            this.holder = holder;
        }

        @Override
        public boolean tryGrow(long bytes) {
            while (!take(this, bytes)) {
                long missing = use == Use.EXECUTION ? missing(bytes) : -1;
                if (missing < 0 || missing > 0 && evictor.evict(missing) == 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void force(long bytes) {
            synchronized (MemoryBudget.this) {
                change(bytes);
            }
        }

        @Override
        public void shrink(long bytes) {
            synchronized (MemoryBudget.this) {
                if (bytes > held) {
                    throw new IllegalArgumentException(
                            holder + " gives back " + bytes + " bytes and holds only " + held);
                }
                change(-bytes);
            }
        }

        @Override
        public long bytes() {
            synchronized (MemoryBudget.this) {
                return held;
            }
        }

        @Override
        public String holder() {
            return holder;
        }

        @Override
        public void close() {
            synchronized (MemoryBudget.this) {
                if (!closed) {
                    change(-held);
                    closed = true;
                    reservations.remove(this);
                }
            }
        }

        private void change(long bytes) {
            if (closed) {
                throw new IllegalStateException("the reservation of " + holder + " was closed");
            }
            held += bytes;
            used[use.ordinal()] += bytes;
        }
    }
}
