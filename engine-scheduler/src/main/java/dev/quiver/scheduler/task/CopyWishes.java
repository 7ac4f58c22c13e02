package dev.quiver.scheduler.task;

import dev.quiver.scheduler.executor.Executor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Running tasks that should be tried a second time beside, elsewhere; and who runs each. */
final class CopyWishes {
    private final Map<Integer, Executor> wishes = new TreeMap<>();

    boolean isEmpty() {
        return wishes.isEmpty();
    }

    int count() {
        return wishes.size();
    }

    void add(int partition, Executor holder) {
        wishes.put(partition, holder);
    }

    void remove(int partition) {
        if (!wishes.isEmpty()) {
            wishes.remove(partition);
        }
    }

    void clear() {
        wishes.clear();
    }

    /**
     * The first task a copy of which this executor may run, or -1.
     *
     * @param elsewhere whether there are other hosts: then a copy runs on another one, for the host may be what is slow
     */
    int first(Executor executor, boolean elsewhere, IntPredicate refused) {
        for (Map.Entry<Integer, Executor> wish : wishes.entrySet()) {
            Executor holder = wish.getValue();
            boolean apart = elsewhere
                    ? !holder.host().equals(executor.host())
                    : !holder.id().equals(executor.id());
            if (apart && !refused.test(wish.getKey())) {
                return wish.getKey();
            }
        }
        return -1;
    }

    Executor holder(int partition) {
        return wishes.get(partition);
    }
}
