package dev.quiver.runtime.chaos;

import dev.quiver.rpc.Connection;
import dev.quiver.rpc.FrameFaults;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.PeerRole;
import dev.quiver.runtime.protocol.PeerNames;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What a plan does to the frames that arrive in this process. */
record PlannedFrames(List<CountedFault> faults) implements FrameFaults {
    @Override
    public Line on(Connection connection, Wire wire) {
        String peer = name(connection.peer());
        List<CountedFault> ofPeer = faults.stream()
                .filter(counted -> Fault.covers(counted.fault.peer(), peer))
                .toList();
        return ofPeer.isEmpty() ? null : frame -> fate(frame, ofPeer, peer, wire);
    }

    private static String name(PeerIdentity peer) {
        return peer.role() == PeerRole.DRIVER
                ? Fault.DRIVER
                : ProcessFaults.processName(PeerNames.executor(peer.name()));
    }

    private static Fate fate(Arrival frame, List<CountedFault> faults, String peer, Wire wire) {
        Fate fate = Fate.PASSES;
        for (CountedFault counted : faults) {
            if (!FrameNames.names(counted.fault.what(), frame) || !counted.isNow("from " + peer)) {
                continue;
            }
            Deed deed = counted.fault.deed();
            if (deed instanceof Deed.ToFrame toFrame) {
                fate = toFrame.fate();
            } else if (deed instanceof Deed.Late late) {
                fate = new Fate.IsLate(late.by());
            } else if (deed instanceof Deed.Cut cut) {
                cut(wire, cut);
            }
        }
        return fate;
    }

    private static void cut(Wire wire, Deed.Cut cut) {
        wire.cut(cut.incoming(), cut.outgoing());
        if (cut.length().compareTo(Duration.ZERO) > 0) {
            Executor later = CompletableFuture.delayedExecutor(cut.length().toMillis(), TimeUnit.MILLISECONDS);
            later.execute(wire::heal);
        }
    }
}
