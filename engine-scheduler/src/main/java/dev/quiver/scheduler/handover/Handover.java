package dev.quiver.scheduler.handover;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerEvent.OutputsMoved;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.port.DataMover;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.OutputMove;
import dev.quiver.task.MapVersion;
import dev.quiver.time.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves what leaving executors hold to executors that stay. A move changes where a map output is and nothing else: its
 * version stays, no stage hears of it, and until it is done the old place serves. What cannot be moved is left behind, and
 * lost with its executor like any other output.
 */
public final class Handover {
    /** Outputs in one move at most: whoever takes them remembers their rows by reduce partition. */
    private static final int MOST_IN_ONE = 512;

    private final HandoverSettings settings;
    private final Executors executors;
    private final MapOutputs outputs;
    private final DataMover mover;
    private final Timer<SchedulerEvent> timer;
    private final Map<ExecutorId, Leaving> leaving = new LinkedHashMap<>();
    private final Map<Long, OutputMove> underWay = new LinkedHashMap<>();
    private long nextNumber;

    /** One output that could not be moved. */
    private record Failed(ShuffleId shuffle, MapVersion version) {}

    /** Outputs to move together. */
    private record Unit(ShuffleId shuffle, List<MapVersion> versions) {}

    /** An executor that leaves. */
    private static final class Leaving {
        final ArrayDeque<Unit> units = new ArrayDeque<>();
        final Map<Failed, Integer> failures = new LinkedHashMap<>();
        int underWay;
        Timer.Scheduled timer;
        boolean overdue;
    }

    public Handover(
            HandoverSettings settings,
            Executors executors,
            MapOutputs outputs,
            DataMover mover,
            Timer<SchedulerEvent> timer) {
        this.settings = settings;
        this.executors = executors;
        this.outputs = outputs;
        this.mover = mover;
        this.timer = timer;
    }

    /** An executor is about to leave: others begin to take what it holds. */
    void begin(ExecutorId executor) {
        if (mover.isAble()) {
            leaving.put(executor, new Leaving());
            if (settings.cached()) {
                mover.copyCached(executor);
            }
        }
    }

    /**
     * Goes on with what an executor holds now.
     *
     * @return whether nothing more will be moved from it, once it runs no task any more
     */
    boolean advance(Executor executor) {
        Leaving one = leaving.get(executor.id());
        if (one == null || one.overdue) {
            return true;
        }
        order(executor.id(), one);
        boolean idle = executor.held() == 0;
        if (!idle) {
            return false;
        }
        if (one.underWay == 0 && (!settings.cached() || mover.isSpared(executor.id()))) {
            return true;
        }
        if (one.timer == null) {
            one.timer = timer.postAfter(settings.timeout(), new SchedulerEvent.HandoverDue(executor.id()));
        }
        return false;
    }

    private void order(ExecutorId from, Leaving one) {
        while (settings.shuffles() && one.underWay < settings.transfers()) {
            if (one.units.isEmpty()) {
                plan(from, one);
            }
            Unit unit = one.units.poll();
            ExecutorId to = unit == null ? null : leastBusy();
            if (to == null) {
                one.units.clear();
                return;
            }
            OutputMove move = new OutputMove(
                    nextNumber++, unit.shuffle(), outputs.reduceCount(unit.shuffle()), from, to, unit.versions());
            underWay.put(move.number(), move);
            one.underWay++;
            mover.take(move);
        }
    }

    /** Divides what nobody is taking yet, so that every executor that stays may take a part of each shuffle. */
    private void plan(ExecutorId from, Leaving one) {
        int peers = executors.stayingCount();
        if (peers == 0) {
            return;
        }
        Map<ShuffleId, List<MapVersion>> held = outputs.heldBy(from);
        if (held.isEmpty()) {
            return;
        }
        Map<Failed, Boolean> taken = new LinkedHashMap<>();
        for (OutputMove move : underWay.values()) {
            if (move.from().equals(from)) {
                move.versions().forEach(version -> taken.put(new Failed(move.shuffle(), version), true));
            }
        }
        held.forEach((shuffle, versions) -> {
            List<MapVersion> open = new ArrayList<>(versions);
            open.removeIf(version -> {
                Failed key = new Failed(shuffle, version);
                return taken.containsKey(key) || one.failures.getOrDefault(key, 0) >= settings.maxTries();
            });
            int parts = Math.max((open.size() + MOST_IN_ONE - 1) / MOST_IN_ONE, Math.min(peers, open.size()));
            for (int part = 0; part < parts; part++) {
                int begin = (int) ((long) part * open.size() / parts);
                int end = (int) ((long) (part + 1) * open.size() / parts);
                one.units.add(new Unit(shuffle, List.copyOf(open.subList(begin, end))));
            }
        });
    }

    /** The staying executor with the fewest moves to it, equals by turns: a second try goes elsewhere. Null if none stays. */
    private ExecutorId leastBusy() {
        Map<ExecutorId, Integer> moves = new LinkedHashMap<>();
        for (Executor executor : executors.all()) {
            if (!executor.isDraining()) {
                moves.put(executor.id(), 0);
            }
        }
        underWay.values().forEach(move -> moves.computeIfPresent(move.to(), (id, count) -> count + 1));
        int fewest = moves.values().stream().mapToInt(count -> count).min().orElse(0);
        List<ExecutorId> equals = new ArrayList<>(moves.keySet());
        equals.removeIf(id -> moves.get(id) > fewest);
        return equals.isEmpty() ? null : equals.get((int) (nextNumber % equals.size()));
    }

    /** A move ended. Returns the executor it was from, when that is still about to leave; else null. */
    ExecutorId moved(OutputsMoved event) {
        OutputMove move = underWay.get(event.number());
        if (move == null || !move.to().equals(event.to())) {
            return null;
        }
        underWay.remove(event.number());
        Leaving one = leaving.get(move.from());
        one.underWay--;
        if (event.problem().isEmpty()) {
            outputs.move(move.shuffle(), move.from(), move.to(), move.versions());
        } else {
            move.versions()
                    .forEach(version -> one.failures.merge(new Failed(move.shuffle(), version), 1, Integer::sum));
        }
        return move.from();
    }

    /** An executor is gone: nothing more is moved from it, and what was on its way to it goes elsewhere. */
    void lost(ExecutorId executor) {
        underWay.values().removeIf(move -> {
            boolean concerned = move.from().equals(executor) || move.to().equals(executor);
            if (concerned && leaving.containsKey(move.from())) {
                leaving.get(move.from()).underWay--;
            }
            return concerned;
        });
        end(executor);
    }

    /** Nobody reads a shuffle any more: what was not ordered of it is not moved. */
    void forget(ShuffleId shuffle) {
        leaving.values()
                .forEach(one -> one.units.removeIf(unit -> unit.shuffle().equals(shuffle)));
    }

    /** An executor leaves: nothing more is moved from it. */
    void end(ExecutorId executor) {
        Leaving one = leaving.remove(executor);
        if (one != null && one.timer != null) {
            one.timer.cancel();
        }
        underWay.values().removeIf(move -> move.from().equals(executor));
    }

    /** An executor has handed over for as long as it may. */
    void overdue(ExecutorId executor) {
        Leaving one = leaving.get(executor);
        if (one != null) {
            one.overdue = true;
            one.timer = null;
        }
    }
}
