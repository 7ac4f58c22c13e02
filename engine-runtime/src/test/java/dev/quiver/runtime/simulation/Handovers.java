package dev.quiver.runtime.simulation;

import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.task.MapVersion;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What executors that leave hand over: to executors that stay, each output on its way once, so many orders at a time, so many
 * tries; they leave when that is done, and when it takes too long; and whoever looked for an output where it was before only
 * looks again.
 */
final class Handovers {
    private final World world;
    private final Ledger ledger;
    private final HandoverSettings settings;

    /** Executors that are to leave. */
    private final Set<ExecutorId> leaving = new LinkedHashSet<>();

    private final Set<ExecutorId> released = new LinkedHashSet<>();

    /** The last incarnation of each name that was told to leave. */
    private final Map<String, Integer> lastLeaving = new LinkedHashMap<>();

    /** Since when those that are to leave have nothing to do. */
    private final Map<ExecutorId, Long> idleSince = new LinkedHashMap<>();

    private final Map<Long, Move> underWay = new LinkedHashMap<>();
    private final Map<Output, Integer> failures = new LinkedHashMap<>();

    /** Blocks that somebody could not copy, or did not keep. */
    private final Set<BlockId> refused = new LinkedHashSet<>();

    /** Executors for which the event under way may have been the last thing to wait for. */
    private final Set<ExecutorId> concerned = new LinkedHashSet<>();

    /** An attempt with a task that need only look again, or null. */
    private StageAttempt looksAgain;

    private int moved;

    private record Move(ExecutorId to, ToExecutor.TakeOutputs order) {}

    private record Output(ExecutorId from, ShuffleId shuffle, MapVersion version) {}

    Handovers(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
        this.settings = world.scenario.knobs.scheduler().policies().handover();
    }

    /** Map outputs that were taken over. */
    int moved() {
        return moved;
    }

    /** An event is about to be handled. */
    void begin() {
        concerned.clear();
        looksAgain = null;
    }

    void leaves(ExecutorId executor) {
        if (leaving.add(executor)) {
            concerned.add(executor);
            lastLeaving.put(executor.name(), executor.incarnation());
        }
    }

    /** An executor told something, which is about to be handled. */
    void told(ExecutorId executor, ToDriver message) {
        if (message instanceof ToDriver.OutputsTaken taken) {
            taken(executor, taken);
        } else if (message instanceof ToDriver.Report report) {
            concerned.add(executor);
            report.blocks().stream().filter(update -> update.isGone()).forEach(update -> refused.add(update.block()));
            if (report.ends().size() == 1 && report.ends().get(0).ends().size() == 1) {
                ended(
                        executor,
                        report.ends().get(0).stage(),
                        report.ends().get(0).ends().get(0));
            }
        }
    }

    private void ended(ExecutorId executor, StageAttempt stage, TaskEnd end) {
        if (end.outcome() instanceof TaskOutcome.FetchFailed failure
                && wasLeaving(failure.holder())
                && !ledger.isOver(stage)
                && world.driver.knows(failure.shuffle())
                && world.driver.code.tracker().missing(failure.shuffle()).isEmpty()) {
            boolean elsewhere = failure.mapPartition() < 0
                    ? !world.driver.code.tracker().holdsAny(failure.shuffle(), failure.holder())
                    : !world.driver
                            .code
                            .tracker()
                            .isHolder(failure.shuffle(), failure.mapPartition(), failure.holder());
            looksAgain = elsewhere ? stage : null;
        }
    }

    /** Whether an executor was to leave when it was last heard of, and nobody of its name after it. */
    boolean wasLeaving(ExecutorId executor) {
        return executor != null && lastLeaving.getOrDefault(executor.name(), -1) == executor.incarnation();
    }

    private void taken(ExecutorId teller, ToDriver.OutputsTaken taken) {
        Move move = underWay.get(taken.number());
        if (move == null || !move.to().equals(teller)) {
            return;
        }
        underWay.remove(taken.number());
        concerned.add(move.order().from());
        for (MapVersion version : move.order().versions()) {
            if (taken.problem().isEmpty()) {
                moved++;
            } else {
                failures.merge(new Output(move.order().from(), move.order().shuffle(), version), 1, Integer::sum);
            }
        }
    }

    /** The driver has an executor take outputs over. */
    void ordered(ExecutorId to, ToExecutor.TakeOutputs order) {
        ExecutorId from = order.from();
        world.note("take", to, from, order.shuffle(), order.versions().toString());
        boolean mayGive = settings.shuffles()
                && leaving.contains(from)
                && !released.contains(from)
                && world.driver.known.containsKey(from)
                && !isOverdue(from);
        if (!mayGive || leaving.contains(to) || !world.driver.known.containsKey(to)) {
            world.violated("executor " + to + " is to take outputs of " + from + ", which is not to be");
        }
        int orders = 1;
        for (Move other : underWay.values()) {
            if (other.order().from().equals(from)) {
                orders++;
                for (MapVersion version : order.versions()) {
                    if (other.order().shuffle().equals(order.shuffle())
                            && other.order().versions().contains(version)) {
                        world.violated("output " + version + " of shuffle " + order.shuffle() + " is on its way twice");
                    }
                }
            }
        }
        if (orders > settings.transfers()) {
            world.violated(orders + " orders to take outputs of " + from + " are under way");
        }
        for (MapVersion version : order.versions()) {
            if (failures.getOrDefault(new Output(from, order.shuffle(), version), 0) >= settings.maxTries()) {
                world.violated("output " + version + " of shuffle " + order.shuffle() + " is tried too often");
            }
        }
        underWay.put(order.number(), new Move(to, order));
    }

    void lost(ExecutorId executor) {
        underWay.values().removeIf(move -> {
            boolean to = move.to().equals(executor);
            if (to) {
                concerned.add(move.order().from());
            }
            return to || move.order().from().equals(executor);
        });
        leaving.remove(executor);
        idleSince.remove(executor);
    }

    /** An executor that is to leave may go. */
    void released(ExecutorId executor) {
        released.add(executor);
        if (isOverdue(executor) || staying(executor) == 0 || world.driver.isLettingIn()) {
            // Who is let in may replace the only one that stayed, and is not known everywhere.
            return;
        }
        if (settings.shuffles() && (isGiving(executor) || mayGive(executor))) {
            world.violated("executor " + executor + " may go, and holds outputs that others could take");
        }
        BlockId block = settings.cached() ? mayGiveBlock(executor) : null;
        if (block != null) {
            world.violated("executor " + executor + " may go, and holds " + block + ", which others could take");
        }
    }

    private boolean isOverdue(ExecutorId executor) {
        Long since = idleSince.get(executor);
        return since != null
                && world.agenda.nanoTime() - since >= settings.timeout().toNanos();
    }

    private int staying(ExecutorId besides) {
        int count = 0;
        for (ExecutorId executor : world.driver.known.keySet()) {
            count += executor.equals(besides) || leaving.contains(executor) ? 0 : 1;
        }
        return count;
    }

    private boolean isGiving(ExecutorId executor) {
        return underWay.values().stream().anyMatch(move -> move.order().from().equals(executor));
    }

    /** Whether it holds outputs that were not tried as often as they may be. */
    private boolean mayGive(ExecutorId executor) {
        for (Map.Entry<ShuffleId, List<MapVersion>> held :
                world.driver.code.tracker().heldBy(executor).entrySet()) {
            for (MapVersion version : held.getValue()) {
                if (failures.getOrDefault(new Output(executor, held.getKey(), version), 0) < settings.maxTries()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A cached partition that it holds, and no other executor that stays, and that nobody has refused; or null. */
    private BlockId mayGiveBlock(ExecutorId executor) {
        for (BlockId block : world.driver.code.blocksOf(executor)) {
            boolean spared = refused.contains(block);
            for (ExecutorId holder : world.driver.code.holders(block)) {
                spared |= !leaving.contains(holder);
            }
            if (block instanceof BlockId.CachedPartition && !spared) {
                return block;
            }
        }
        return null;
    }

    /** The driver has handled an event. */
    void after() {
        if (looksAgain != null && ledger.isOver(looksAgain)) {
            world.violated("a task of " + looksAgain + " looked for an output where it was, and its attempt is over");
        }
        for (ExecutorId executor : leaving) {
            if (released.contains(executor) || ledger.held(executor) > 0) {
                continue;
            }
            idleSince.putIfAbsent(executor, world.agenda.nanoTime());
            long handed = world.agenda.nanoTime() - idleSince.get(executor);
            if (handed > settings.timeout().toNanos() && !world.driver.isLate()) {
                world.violated("executor " + executor + " hands over for longer than it may");
            }
            boolean done = !settings.shuffles() || !isGiving(executor) && !mayGive(executor);
            boolean doneBlocks = !settings.cached() || !world.driver.code.holdsBlocks(executor);
            if (done && doneBlocks && concerned.contains(executor)) {
                world.violated("executor " + executor + " is to leave, has nothing to do, and is not released");
            }
        }
    }
}
