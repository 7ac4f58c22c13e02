package dev.quiver.rpc;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections of each address have not been authenticated yet. Safe for use by many threads. */
final class PendingHandshakes {
    private final int limit;
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    PendingHandshakes(int limit) {
        this.limit = limit;
    }

    boolean tryBegin(InetAddress address) {
        if (byAddress.merge(address, 1, Integer::sum) <= limit) {
            return true;
        }
        end(address);
        return false;
    }

    void end(InetAddress address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
