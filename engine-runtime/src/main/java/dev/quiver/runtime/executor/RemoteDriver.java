package dev.quiver.runtime.executor;

import dev.quiver.rpc.Connection;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.DriverQueryCodec;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriverCodec;
import java.util.concurrent.CompletableFuture;

/** The driver at the other end of a socket. */
record RemoteDriver(Connection connection) implements DriverLink {
    @Override
    public void tell(ToDriver message) {
        connection.tell(ToDriverCodec.type(message), ToDriverCodec.encode(message));
    }

    @Override
    public <A> CompletableFuture<A> ask(DriverQuery<A> query) {
        return connection
                .ask(DriverQueryCodec.type(query), DriverQueryCodec.encode(query))
                .thenApply(body -> DriverQueryCodec.decodeAnswer(query, body));
    }
}
