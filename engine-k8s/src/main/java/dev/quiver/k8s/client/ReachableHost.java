package dev.quiver.k8s.client;

import dev.quiver.UsageException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.Collections;

/** Finds an address of this machine that pods reach. */
public final class ReachableHost {
    private static final int HTTPS = 443;

    private ReachableHost() {}

    /**
     * The address from which this machine speaks to the API server; where that is on this very machine, the first address
     * of a network card that is up.
     *
     * @param server URL of the API server
     * @throws UsageException if there is none
     */
    public static String towards(String server) {
        try {
            URI uri = URI.create(server);
            InetSocketAddress api = new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? HTTPS : uri.getPort());
            if (api.isUnresolved()) {
                throw new UsageException("the API server " + server + " cannot be found: no address of '"
                        + uri.getHost() + "' is known; check the address after k8s://");
            }
            // Connecting a datagram socket sends nothing: it only asks the system for a route.
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(api);
                InetAddress local = socket.getLocalAddress();
                if (!local.isLoopbackAddress() && !local.isAnyLocalAddress()) {
                    return local.getHostAddress();
                }
            }
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (card.isUp() && !card.isLoopback()) {
                    for (InetAddress address : Collections.list(card.getInetAddresses())) {
                        if (address instanceof Inet4Address) {
                            return address.getHostAddress();
                        }
                    }
                }
            }
        } catch (UsageException known) {
            throw known;
        } catch (IOException | RuntimeException unknown) {
            throw new UsageException(
                    "no address of this machine is known that pods could reach (" + unknown.getMessage()
                            + "); set quiver.driver.host",
                    unknown);
        }
        throw new UsageException("this machine has no network card that pods could reach; set quiver.driver.host");
    }
}
