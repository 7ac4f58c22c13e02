package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Reply;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamSender;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.runtime.protocol.DriverQueryCodec;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.MessageType;
import dev.quiver.runtime.protocol.PeerNames;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriverCodec;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.runtime.protocol.ToExecutorCodec;
import dev.quiver.wire.WireInput;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the connections of executor processes. A peer speaks only as the executor its certificate names; until it has
 * registered, it can do nothing else. Called on I/O threads; hands everything on.
 */
final class ExecutorServer {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorServer.class);

    private final DriverDoor door;
    private final Consumer<DriverEvent> loop;
    private final Supplier<Registered> welcome;
    private final Artifacts artifacts;
    private final BlockStreams blocks;
    private final Consumer<ExecutorId> onReady;
    private final Executor workers;
    private final Map<ExecutorId, HostPort> addresses = new ConcurrentHashMap<>();

    /** Sends a block of the driver's over a stream; blocks, so it is called on a worker. */
    interface BlockStreams {
        void serve(ByteBuffer request, StreamSender sender);
    }

    /**
     * @param onReady told of executors that take tasks
     * @param workers threads that may block on a stream
     */
    ExecutorServer(
            DriverDoor door,
            Consumer<DriverEvent> loop,
            Supplier<Registered> welcome,
            Artifacts artifacts,
            BlockStreams blocks,
            Consumer<ExecutorId> onReady,
            Executor workers) {
        this.door = door;
        this.loop = loop;
        this.welcome = welcome;
        this.artifacts = artifacts;
        this.blocks = blocks;
        this.onReady = onReady;
        this.workers = workers;
    }

    /** Where an executor serves its blocks; empty when it never registered. */
    List<HostPort> address(ExecutorId executor) {
        HostPort address = addresses.get(executor);
        return address == null ? List.of() : List.of(address);
    }

    /** An executor is gone. */
    void forget(ExecutorId executor) {
        addresses.remove(executor);
    }

    ConnectionHandler accept(Connection connection) {
        return new Peer(connection);
    }

    private final class Peer implements ConnectionHandler {
        private final Connection connection;
        private final ExecutorId id;
        private volatile boolean registered;

        Peer(Connection connection) {
            this.connection = connection;
            PeerIdentity identity = connection.peer();
            this.id = PeerNames.executor(identity.name());
        }

        @Override
        public void onTell(int type, ByteBuffer body) {
            requireRegistered();
            ToDriver message = ToDriverCodec.decode(type, body);
            if (message instanceof ToDriver.Ready) {
                onReady.accept(id);
            }
            door.tell(id, message);
        }

        @Override
        public void onAsk(int type, ByteBuffer body, Reply reply) {
            DriverQuery<?> query = DriverQueryCodec.decode(type, body);
            if (query instanceof DriverQuery.Register register) {
                register(register, reply);
                return;
            }
            requireRegistered();
            door.ask(id, query).whenComplete((answer, failure) -> {
                if (failure == null) {
                    reply.ok(DriverQueryCodec.encodeAnswer(query, answer));
                } else {
                    reply.fail(String.valueOf(failure.getMessage()));
                }
            });
        }

        private void register(DriverQuery.Register register, Reply reply) {
            if (!id.name().equals(register.name()) || id.incarnation() != register.incarnation()) {
                reply.fail("the certificate of executor " + id + " does not entitle it to register as "
                        + register.name() + "~" + register.incarnation());
                return;
            }
            registered = true;
            addresses.put(id, register.dataAddress());
            reply.ok(DriverQueryCodec.encodeAnswer(register, welcome.get()));
            loop.accept(new DriverEvent.ExecutorRegistered(
                    id, register.dataAddress().host(), register.slots(), new SocketLink(connection)));
        }

        private void requireRegistered() {
            if (!registered) {
                throw new IllegalStateException("executor " + id + " has not registered");
            }
        }

        @Override
        public void onStream(int type, ByteBuffer request, StreamSender sender) {
            requireRegistered();
            switch (type) {
                case MessageType.FETCH_BLOCK -> serve(sender, () -> blocks.serve(request, sender));
                case MessageType.FETCH_ARTIFACT -> serve(sender, () -> sendArtifact(request, sender));
                default -> sender.fail("the driver sends no streams of type " + type);
            }
        }

        /** Whatever goes wrong, the other end must not wait for ever. */
        private void serve(StreamSender sender, Runnable sending) {
            workers.execute(() -> {
                try {
                    sending.run();
                } catch (RuntimeException | Error failure) {
                    LOG.warn("executor={} could not be served", id, failure);
                    sender.fail("the driver could not serve this: " + failure);
                }
            });
        }

        private void sendArtifact(ByteBuffer request, StreamSender sender) {
            String hash = new WireInput(request).readText();
            Path file = artifacts.file(hash);
            if (file == null) {
                sender.fail("the application has no jar with hash " + hash);
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                sender.send(channel, 0, channel.size());
                sender.end();
            } catch (java.io.IOException failure) {
                sender.fail("jar " + file.getFileName() + " cannot be sent: " + failure.getMessage());
            }
        }

        @Override
        public void onClosed(RpcException cause) {
            if (registered) {
                loop.accept(new DriverEvent.ExecutorDisconnected(id, "its connection closed: " + cause.getMessage()));
            }
        }
    }

    /** An executor at the other end of a socket. */
    private record SocketLink(Connection connection) implements ExecutorLink {
        @Override
        public void send(ToExecutor message) {
            connection.tell(ToExecutorCodec.type(message), ToExecutorCodec.encode(message));
        }

        @Override
        public void sendAhead(ToExecutor message) {
            connection.tellAhead(ToExecutorCodec.type(message), ToExecutorCodec.encode(message));
        }

        @Override
        public void close(String reason) {
            connection.close(reason);
        }
    }
}
