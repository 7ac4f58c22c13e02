package dev.quiver.scheduler.allocate;

import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.pool.Turns;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.ExecutorSupply;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Asks for executors as tasks wait, and lets idle ones go. Tasks are counted when tasks begin or cease to wait and when a
 * timer is due, not with every event.
 */
public final class Allocation {
    /** Slots of an executor before the first one has said how many it has. */
    private static final int UNKNOWN_SLOTS = 1;

    private final AllocationSettings settings;
    private final AllocationTarget target;
    private final Executors executors;
    private final TaskSets taskSets;
    private final Turns turns;
    private final MapOutputs outputs;
    private final CachedPartitions cached;
    private final ExecutorSupply supply;
    private final BooleanSupplier anyStuck;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;

    /** Since when executors have been idle, in nanoseconds of the clock, the longest first. */
    private final Map<Executor, Long> idle = new LinkedHashMap<>();

    /** When idle executors are looked at; {@link Long#MAX_VALUE} when that would change nothing. */
    private long idleCheckNanos = Long.MAX_VALUE;

    private Timer.Scheduled due;
    private long dueNanos;
    private boolean asked;

    /** @param anyStuck whether some task may run on no executor there is */
    public Allocation(
            AllocationSettings settings,
            Executors executors,
            TaskSets taskSets,
            Turns turns,
            MapOutputs outputs,
            CachedPartitions cached,
            ExecutorSupply supply,
            BooleanSupplier anyStuck,
            Clock clock,
            Timer<SchedulerEvent> timer) {
        this.settings = settings;
        this.target = new AllocationTarget(settings);
        this.executors = executors;
        this.taskSets = taskSets;
        this.turns = turns;
        this.outputs = outputs;
        this.cached = cached;
        this.supply = supply;
        this.anyStuck = anyStuck;
        this.clock = clock;
        this.timer = timer;
        if (settings.enabled()) {
            executors.onLoad(this::loadChanged);
        }
    }

    /** An executor came, went, has become idle or busy. */
    private void loadChanged(Executor executor) {
        if (executor.held() == 0 && executors.isAlive(executor.id())) {
            long now = clock.nanoTime();
            idle.putIfAbsent(executor, now);
            idleCheckNanos =
                    Math.min(idleCheckNanos, now + settings.idleTimeout().toNanos());
        } else {
            idle.remove(executor);
        }
    }

    /** To be called after every event. */
    public void settle() {
        if (!settings.enabled()) {
            return;
        }
        long now = clock.nanoTime();
        boolean waits = turns.anyWaiting() || taskSets.waitingAlone() != null;
        if (waits != target.isWaiting() || !asked) {
            target.backlog(waits, now);
            ask(now);
        }
        arm(now);
    }

    private void ask(long now) {
        if (target.update(needed(), now) || !asked) {
            asked = true;
            supply.request(target.target());
        }
    }

    private int needed() {
        long tasks = 0;
        boolean apart = false;
        for (TaskSet set : taskSets.view()) {
            tasks += set.heldCount()
                    + set.queue().count()
                    + set.queue().aloneCount()
                    + set.copies().wishCount();
            apart |= set.copies().wishCount() > 0 || set.queue().aloneCount() > 0;
        }
        int slots = executors.count() == 0 ? UNKNOWN_SLOTS : Math.max(1, executors.totalSlots() / executors.count());
        // Where there are slots enough, a task that is excluded everywhere, or is to run apart, still needs another
        // place.
        int extra = apart || anyStuck.getAsBoolean() ? 1 : 0;
        return Math.max(settings.needed(tasks, slots) + extra, together(slots));
    }

    /** How many executors the tasks need that begin together, as large as those usually are that are to come; 0 for none. */
    private int together(int slots) {
        int missing = 0;
        for (TaskSet set : taskSets.gathering()) {
            missing = Math.max(missing, set.queue().count() - executors.openSlots());
        }
        return missing <= 0 ? 0 : executors.stayingCount() + (missing + slots - 1) / slots;
    }

    /** Data of executors was forgotten: perhaps some need not stay any more. */
    public void dataForgotten() {
        if (!idle.isEmpty()) {
            idleCheckNanos = clock.nanoTime();
        }
    }

    /** The timer fired. Returns the executors that should be let go. */
    public List<Executor> due() {
        due = null;
        long now = clock.nanoTime();
        if (now - idleCheckNanos >= 0 && !target.isWaiting()) {
            target.begin();
        }
        ask(now);
        return now - idleCheckNanos >= 0 ? spare(now) : List.of();
    }

    private List<Executor> spare(long now) {
        idleCheckNanos = Long.MAX_VALUE;
        List<Executor> spare = new ArrayList<>();
        idle.forEach((executor, since) -> {
            long end = idleEndNanos(executor, since);
            if (executor.isDraining() || end == Long.MAX_VALUE) {
                return;
            }
            if (end - now > 0) {
                idleCheckNanos = Math.min(idleCheckNanos, end);
            } else if (executors.stayingCount() - spare.size() > target.target()) {
                spare.add(executor);
            }
        });
        return spare;
    }

    /** Until when an executor may be idle; {@link Long#MAX_VALUE} for ever. */
    private long idleEndNanos(Executor executor, long since) {
        Duration timeout = settings.idleTimeout();
        if (cached.holdsAny(executor.id())) {
            timeout = longer(timeout, settings.cachedIdleTimeout());
        }
        if (timeout != null && outputs.holdsAny(executor.id())) {
            timeout = longer(timeout, settings.shuffleIdleTimeout());
        }
        return timeout == null ? Long.MAX_VALUE : since + timeout.toNanos();
    }

    /** Null for ever, as zero stands for it in a setting. */
    private static Duration longer(Duration timeout, Duration other) {
        if (other.isZero()) {
            return null;
        }
        return timeout.compareTo(other) > 0 ? timeout : other;
    }

    private void arm(long now) {
        long next = target.isWaiting() ? target.nextAddNanos() : Long.MAX_VALUE;
        if (!idle.isEmpty() && executors.stayingCount() > settings.least()) {
            next = Math.min(next, idleCheckNanos);
        }
        if (due != null && next == dueNanos) {
            return;
        }
        if (due != null) {
            due.cancel();
            due = null;
        }
        if (next != Long.MAX_VALUE) {
            dueNanos = next;
            due = timer.postAfter(Duration.ofNanos(Math.max(0, next - now)), new SchedulerEvent.AllocationDue());
        }
    }

    /** How many executors there should be. */
    public int target() {
        return target.target();
    }

    /** When more are asked for if tasks still wait, in nanoseconds of the clock; null when that is not to be expected. */
    public Long nextNanos() {
        return settings.enabled() && target.isWaiting() ? target.nextAddNanos() : null;
    }
}
