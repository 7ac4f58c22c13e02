package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.port.DataMover;
import dev.quiver.scheduler.port.OutputMove;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Executors that take over what others hold, when the test says so. */
final class FakeMover implements DataMover {
    /** Moves under way, oldest first. */
    final List<OutputMove> moves = new ArrayList<>();

    final List<OutputMove> ordered = new ArrayList<>();
    final List<ExecutorId> copying = new ArrayList<>();

    /** Executors whose cached partitions are nowhere else yet. */
    final Set<ExecutorId> holding = new LinkedHashSet<>();

    private final TestCluster cluster;

    FakeMover(TestCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void take(OutputMove move) {
        assertThat(cluster.alive).as("both ends of %s live", move).containsKeys(move.from(), move.to());
        assertThat(cluster.draining).as("who takes over stays: %s", move).doesNotContain(move.to());
        assertThat(cluster.released)
                .as("who is released hands over no more: %s", move)
                .doesNotContain(move.from());
        moves.removeIf(other -> !cluster.alive.containsKey(other.to()) || !cluster.alive.containsKey(other.from()));
        for (OutputMove other : moves) {
            if (other.shuffle().equals(move.shuffle()) && other.from().equals(move.from())) {
                assertThat(other.versions())
                        .as("outputs on their way twice")
                        .doesNotContainAnyElementsOf(move.versions());
            }
        }
        moves.add(move);
        ordered.add(move);
    }

    @Override
    public void copyCached(ExecutorId leaving) {
        copying.add(leaving);
    }

    @Override
    public boolean isSpared(ExecutorId leaving) {
        return !holding.contains(leaving);
    }

    /** All that is cached on an executor is elsewhere now. */
    void spare(ExecutorId leaving) {
        holding.remove(leaving);
        cluster.post(new SchedulerEvent.HandoverProgressed(leaving));
    }

    void succeed(OutputMove move) {
        end(move, "");
    }

    void fail(OutputMove move) {
        end(move, "no space left on device");
    }

    private void end(OutputMove move, String problem) {
        moves.remove(move);
        if (cluster.alive.containsKey(move.to())) {
            cluster.post(new SchedulerEvent.OutputsMoved(move.number(), move.to(), problem));
        }
    }

    void finishAll() {
        while (!moves.isEmpty()) {
            succeed(moves.get(0));
        }
    }
}
