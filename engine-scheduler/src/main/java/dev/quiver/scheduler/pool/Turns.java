package dev.quiver.scheduler.pool;

import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * The task sets that wait for slots, and the order of their turns. First come first served knows one pool only, whatever
 * pools jobs name. A pool lives as long as a task set of it.
 */
public final class Turns implements TaskSets.Waiting {
    private final PoolSettings settings;
    private final Map<String, Pool> pools = new TreeMap<>();
    private final Map<TaskSet, Pool> membership = new LinkedHashMap<>();

    /** Pools with sets that wait, and some where none does any more: of a thousand pools few may matter to a round. */
    private final Map<String, Pool> waiting = new TreeMap<>();

    private boolean morePending;

    public Turns(PoolSettings settings) {
        this.settings = settings;
    }

    @Override
    public void joins(TaskSet set, String name) {
        Pool pool = pools.computeIfAbsent(settings.fair() ? name : "", key -> new Pool(key, settings.of(key)));
        pool.join(set, settings.fair());
        membership.put(set, pool);
    }

    @Override
    public void waits(TaskSet set) {
        Pool pool = membership.get(set);
        pool.waits(set);
        waiting.put(pool.name(), pool);
        morePending = true;
    }

    @Override
    public void waitsNoMore(TaskSet set) {
        membership.get(set).waitsNoMore(set);
    }

    @Override
    public void leaves(TaskSet set) {
        Pool pool = membership.remove(set);
        pool.leave();
        if (pool.isEmpty()) {
            pools.remove(pool.name());
            waiting.remove(pool.name());
        }
    }

    /** Whether tasks became pending since this was last asked. */
    public boolean takeMorePending() {
        boolean more = morePending;
        morePending = false;
        return more;
    }

    /**
     * The sets with pending tasks, in the order in which they may take slots. To be used up before anything else changes
     * than by what they take.
     *
     * @param freeSlots slots with nothing to do
     */
    public Iterator<Turn> round(int freeSlots) {
        if (settings.fair()) {
            List<Turn> turns = FairRound.turns(waiting.values(), freeSlots);
            waiting.values().removeIf(Pool::isQuiet);
            return turns.iterator();
        }
        return pools.isEmpty() ? Collections.emptyIterator() : new InOrder(pools.get(""));
    }

    /** Whether a set wants slots it has not got. */
    public boolean anyWaiting() {
        for (Pool pool : waiting.values()) {
            if (pool.anyWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** Names of the pools that have task sets, and how many of their tasks run. */
    public Map<String, Integer> running() {
        Map<String, Integer> running = new LinkedHashMap<>();
        pools.values().forEach(pool -> running.put(pool.name(), pool.running()));
        return running;
    }

    /** The pool of a set that is known; empty text where there are no pools. */
    public String poolOf(TaskSet set) {
        return membership.get(set).name();
    }

    /** Walks one pool, however it changes on the way. */
    private static final class InOrder implements Iterator<Turn> {
        private final Pool pool;
        private TaskSet next;

        InOrder(Pool pool) {
            this.pool = pool;
            this.next = pool.nextWaiting(null);
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Turn next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            TaskSet set = next;
            next = pool.nextWaiting(set);
            return new Turn(set, Integer.MAX_VALUE, true);
        }
    }
}
