package dev.quiver.block.broadcast;

import dev.quiver.id.ExecutorId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Who fetches which chunk of one broadcast value from whom. The driver lends each chunk to one executor at a time, and to
 * no other as long as somebody who has it can be asked: it sends each chunk about once, however many executors there are.
 * Which chunk comes next is drawn at random, so that executors that start together soon hold different ones. Safe for many
 * threads; every call costs as much as there are chunks and holders.
 *
 * <pre>
 * nobody has it --lent--> on its way to one executor --told--> held by executors, who pass it on
 *      ^                         |                                  |
 *      +---- missed, lost, late -+ <---- missed by all who asked ---+
 * </pre>
 */
final class Swarm {
    /** Chunks that the driver sends at a time: what leaves it first is passed on first. */
    static final int LENT_AT_ONCE = 4;

    private final int chunks;
    private final ExecutorId driver;
    private final IntUnaryOperator random;
    private final long leaseNanos;

    /** What executors say they have. */
    private final Map<ExecutorId, BitSet> held = new LinkedHashMap<>();

    /** What could not be had from them although they have it, or say so. */
    private final Map<ExecutorId, BitSet> distrusted = new LinkedHashMap<>();

    /** What each executor fetches now. */
    private final Map<ExecutorId, Errand> errands = new LinkedHashMap<>();

    private record Errand(int chunk, ExecutorId from, long sinceNanos) {}

    /**
     * @param driver     has every chunk
     * @param random     a number below its argument
     * @param leaseNanos after which a chunk is lent to another executor as well
     */
    Swarm(int chunks, ExecutorId driver, IntUnaryOperator random, long leaseNanos) {
        this.chunks = chunks;
        this.driver = driver;
        this.random = random;
        this.leaseNanos = leaseNanos;
    }

    /** As {@link BroadcastGuide#next}. @param missed null when nothing went wrong */
    synchronized ChunkAdvice next(ExecutorId asker, BitSet holds, BroadcastGuide.Missed missed, long nowNanos) {
        errands.remove(asker);
        held.put(asker, holds.get(0, chunks));
        if (missed != null && missed.chunk() < chunks && !missed.from().equals(driver)) {
            distrusted.computeIfAbsent(missed.from(), id -> new BitSet()).set(missed.chunk());
        }
        BitSet missing = new BitSet();
        missing.set(0, chunks);
        missing.andNot(holds);
        if (missing.isEmpty()) {
            return new ChunkAdvice.Complete();
        }
        Errand errand = choose(missing, nowNanos);
        if (errand == null) {
            return new ChunkAdvice.Wait();
        }
        errands.put(asker, errand);
        return new ChunkAdvice.Fetch(errand.chunk, errand.from);
    }

    private Errand choose(BitSet missing, long nowNanos) {
        BitSet lent = lent(nowNanos);
        BitSet passedOn = trusted();
        BitSet fresh = (BitSet) missing.clone();
        fresh.andNot(passedOn);
        fresh.andNot(lent);
        if (!fresh.isEmpty() && lent.cardinality() < LENT_AT_ONCE) {
            return new Errand(draw(fresh), driver, nowNanos);
        }
        passedOn.and(missing);
        if (passedOn.isEmpty()) {
            return null;
        }
        int chunk = draw(passedOn);
        return new Errand(chunk, idlestHolder(chunk), nowNanos);
    }

    /** Chunks on their way from the driver, but for those that take too long. */
    private BitSet lent(long nowNanos) {
        BitSet lent = new BitSet();
        for (Errand errand : errands.values()) {
            if (errand.from.equals(driver) && nowNanos - errand.sinceNanos < leaseNanos) {
                lent.set(errand.chunk);
            }
        }
        return lent;
    }

    /** Chunks that at least one executor is trusted to have. */
    private BitSet trusted() {
        BitSet all = new BitSet();
        for (Map.Entry<ExecutorId, BitSet> holder : held.entrySet()) {
            BitSet doubts = distrusted.get(holder.getKey());
            BitSet good = holder.getValue();
            if (doubts != null) {
                good = (BitSet) good.clone();
                good.andNot(doubts);
            }
            all.or(good);
        }
        return all;
    }

    /** One of those who are asked for the least now. */
    private ExecutorId idlestHolder(int chunk) {
        List<ExecutorId> idlest = new ArrayList<>();
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<ExecutorId, BitSet> holder : held.entrySet()) {
            BitSet doubts = distrusted.get(holder.getKey());
            if (!holder.getValue().get(chunk) || doubts != null && doubts.get(chunk)) {
                continue;
            }
            int asked = asked(holder.getKey());
            if (asked < fewest) {
                fewest = asked;
                idlest.clear();
            }
            if (asked == fewest) {
                idlest.add(holder.getKey());
            }
        }
        return idlest.get(random.applyAsInt(idlest.size()));
    }

    private int asked(ExecutorId holder) {
        int count = 0;
        for (Errand errand : errands.values()) {
            count += errand.from.equals(holder) ? 1 : 0;
        }
        return count;
    }

    private int draw(BitSet from) {
        int skip = random.applyAsInt(from.cardinality());
        int chunk = from.nextSetBit(0);
        for (; skip > 0; skip--) {
            chunk = from.nextSetBit(chunk + 1);
        }
        return chunk;
    }

    /** An executor is gone, with its chunks. */
    synchronized void forget(ExecutorId executor) {
        held.remove(executor);
        distrusted.remove(executor);
        errands.remove(executor);
    }

    /** All executors were told to drop what they have. */
    synchronized void forgetAll() {
        held.clear();
        errands.clear();
    }
}
