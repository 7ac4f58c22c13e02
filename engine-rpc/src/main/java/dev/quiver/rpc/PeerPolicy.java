package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.PeerRole;

/**
 * Decides, after a peer has proved who it is and before any of its messages is decoded, whether to speak with it. Peers
 * of another application never get this far. Called on the I/O thread; must not block.
 */
@FunctionalInterface
public interface PeerPolicy {
    boolean accepts(PeerIdentity peer);

    /** Any peer of the application in this role. */
    static PeerPolicy role(PeerRole role) {
        return peer -> peer.role() == role;
    }

    /** One peer and no other, for a caller that knows whom it is calling. */
    static PeerPolicy exactly(PeerIdentity expected) {
        return expected::equals;
    }

    /** Every peer of the application. */
    static PeerPolicy sameApplication() {
        return peer -> true;
    }
}
