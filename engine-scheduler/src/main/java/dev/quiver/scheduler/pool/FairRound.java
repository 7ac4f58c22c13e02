package dev.quiver.scheduler.pool;

import dev.quiver.scheduler.task.TaskSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Shares free slots out among the sets that wait: one by one, each to whoever is furthest below its share by then. Every
 * set first takes what it was given; what it leaves, as when it holds out for other executors, anyone may take then, in
 * the order of fairness.
 */
final class FairRound {
    /** A set that wants slots, with those it was given. */
    private static final class Wish {
        private final TaskSet set;
        private int given;

        Wish(TaskSet set) {
            this.set = set;
        }

        int running() {
            return set.heldCount() + given;
        }

        boolean isOpen() {
            return given < set.queue().count() + set.copies().wishCount();
        }
    }

    /** A pool whose sets want slots. */
    private static final class Group {
        private static final Comparator<Wish> FAIR =
                Comparator.comparingInt(Wish::running).thenComparing(wish -> wish.set, Pool.TURN);
        private static final Comparator<Wish> FIFO = Comparator.comparing(wish -> wish.set, Pool.TURN);

        private final Pool pool;
        private final PriorityQueue<Wish> wishes;
        private int given;

        Group(Pool pool) {
            this.pool = pool;
            this.wishes = new PriorityQueue<>(pool.definition().fair() ? FAIR : FIFO);
        }

        int compareTo(Group other) {
            int order = FairOrder.compare(
                    pool.running() + given,
                    pool.definition(),
                    other.pool.running() + other.given,
                    other.pool.definition());
            return order != 0 ? order : pool.name().compareTo(other.pool.name());
        }
    }

    private FairRound() {}

    /** @param freeSlots slots to share out */
    static List<Turn> turns(Collection<Pool> pools, int freeSlots) {
        List<Wish> wishes = new ArrayList<>();
        PriorityQueue<Group> groups = new PriorityQueue<>(Group::compareTo);
        for (Pool pool : pools) {
            Group group = new Group(pool);
            for (TaskSet set = pool.nextWaiting(null); set != null; set = pool.nextWaiting(set)) {
                Wish wish = new Wish(set);
                wishes.add(wish);
                group.wishes.add(wish);
            }
            if (!group.wishes.isEmpty()) {
                groups.add(group);
            }
        }
        if (wishes.size() == 1) {
            return List.of(new Turn(wishes.get(0).set, Integer.MAX_VALUE, true));
        }
        share(groups, freeSlots);
        return order(wishes, groups);
    }

    private static void share(PriorityQueue<Group> groups, int freeSlots) {
        for (int left = freeSlots; left > 0 && !groups.isEmpty(); left--) {
            Group group = groups.poll();
            Wish wish = group.wishes.poll();
            wish.given++;
            group.given++;
            if (wish.isOpen()) {
                group.wishes.add(wish);
            }
            if (!group.wishes.isEmpty()) {
                groups.add(group);
            }
        }
    }

    /** First what each was given, then whoever wants more, those furthest below their shares first. */
    private static List<Turn> order(List<Wish> wishes, PriorityQueue<Group> groups) {
        List<Turn> turns = new ArrayList<>();
        for (Wish wish : wishes) {
            if (wish.given > 0) {
                turns.add(new Turn(wish.set, wish.given, false));
            }
        }
        List<Turn> rest = new ArrayList<>();
        while (!groups.isEmpty()) {
            Group group = groups.poll();
            while (!group.wishes.isEmpty()) {
                rest.add(new Turn(group.wishes.poll().set, Integer.MAX_VALUE, true));
            }
        }
        for (Wish wish : wishes) {
            if (!wish.isOpen()) {
                rest.add(new Turn(wish.set, Integer.MAX_VALUE, true));
            }
        }
        turns.addAll(rest);
        return turns;
    }
}
