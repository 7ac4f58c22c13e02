package dev.quiver.rpc;

import java.net.InetSocketAddress;

/** A port that accepts peers. Closing it accepts no more; the connections it brought stay. */
public interface ListeningEndpoint extends AutoCloseable {
    /** Where it is bound, with the port the system chose if none was given. */
    InetSocketAddress address();

    @Override
    void close();
}
