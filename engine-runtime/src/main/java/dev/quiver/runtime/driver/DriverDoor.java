package dev.quiver.runtime.driver;

import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.shuffle.tracker.LocationsCodec;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The driver as its executors see it, over a socket or in the same process: what they tell goes to the loop, what they
 * ask is answered from what any thread may read, or by the loop. Safe for use by many threads.
 */
final class DriverDoor {
    /** The driver's own identity as a holder of blocks: slices of collections and chunks of broadcast values. */
    static final ExecutorId DRIVER = new ExecutorId("driver", 0);

    /** Reports of no more ends are handled by the thread that brings them, if the loop is idle. */
    private static final int FEW_ENDS = 8;

    private final Consumer<DriverEvent> loop;
    private final Consumer<DriverEvent> direct;
    private final MapOutputTracker tracker;
    private final Swarms broadcasts;
    private final Function<ExecutorId, List<HostPort>> addresses;

    /**
     * @param loop      posts an event
     * @param direct    handles an event at once when the loop is idle, else posts it
     * @param addresses where an executor serves its blocks; empty when it is gone
     */
    DriverDoor(
            Consumer<DriverEvent> loop,
            Consumer<DriverEvent> direct,
            MapOutputTracker tracker,
            Swarms broadcasts,
            Function<ExecutorId, List<HostPort>> addresses) {
        this.loop = loop;
        this.direct = direct;
        this.tracker = tracker;
        this.broadcasts = broadcasts;
        this.addresses = addresses;
    }

    /** For I/O threads: nothing large is done here. */
    void tell(ExecutorId from, ToDriver message) {
        DriverEvent event = new DriverEvent.ExecutorTold(from, message);
        if (isSmall(message)) {
            direct.accept(event);
        } else {
            loop.accept(event);
        }
    }

    /** For the threads of an executor in this process: they have nothing better to do. */
    void tellHere(ExecutorId from, ToDriver message) {
        direct.accept(new DriverEvent.ExecutorTold(from, message));
    }

    private static boolean isSmall(ToDriver message) {
        if (!(message instanceof ToDriver.Report report)) {
            return true;
        }
        int ends = 0;
        for (ToDriver.StageEnds stage : report.ends()) {
            ends += stage.ends().size();
        }
        return ends + report.blocks().size() <= FEW_ENDS;
    }

    /** Answers a question; registration is not answered here. */
    @SuppressWarnings("unchecked")
    <A> CompletableFuture<A> ask(ExecutorId from, DriverQuery<A> query) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        try {
            if (query instanceof DriverQuery.LocateShuffle locate) {
                answer.complete(LocationsCodec.encode(tracker.snapshot(locate.shuffle())));
            } else if (query instanceof DriverQuery.LocateBlock locate) {
                locate(from, locate.block(), answer);
            } else if (query instanceof DriverQuery.LocateExecutor locate) {
                answer.complete(addresses.apply(locate.executor()));
            } else if (query instanceof DriverQuery.DescribeBroadcast describe) {
                BroadcastId id = describe.broadcast();
                Optional<BroadcastManifest> manifest = broadcasts.manifest(id);
                answer.complete(new DriverQuery.BroadcastDescription(
                        manifest, manifest.isPresent() ? "" : broadcasts.whyGone(id)));
            } else if (query instanceof DriverQuery.NextChunk next) {
                answer.complete(broadcasts.next(from, next.broadcast(), next.held(), next.missed()));
            } else if (query instanceof DriverQuery.RequestCommit request) {
                loop.accept(new DriverEvent.ForScheduler(
                        new SchedulerEvent.CommitRequested(from, request.task(), answer::complete)));
            } else if (query instanceof DriverQuery.MeetAtBarrier meet) {
                loop.accept(new DriverEvent.ForScheduler(new SchedulerEvent.BarrierReached(
                        from, meet.task(), meet.round(), meet.call(), meet.message(), answer::complete)));
            } else {
                answer.completeExceptionally(
                        new IllegalArgumentException("executor " + from + " is registered already"));
            }
        } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
        }
        return (CompletableFuture<A>) answer;
    }

    private void locate(ExecutorId from, BlockId block, CompletableFuture<Object> answer) {
        if (block instanceof BlockId.CollectionSlice) {
            answer.complete(List.of(DRIVER));
        } else {
            loop.accept(new DriverEvent.BlockSought(from, block, answer::complete));
        }
    }
}
