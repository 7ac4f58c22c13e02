package dev.quiver.runtime.executor;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.ListeningEndpoint;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.RpcTimeouts;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.TlsMaterial;
import dev.quiver.runtime.chaos.ProcessFaults;
import dev.quiver.runtime.process.ExitCodes;
import dev.quiver.runtime.process.Folders;
import dev.quiver.runtime.process.Signals;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.runtime.protocol.Greeting;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.PeerNames;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.runtime.protocol.ToExecutorCodec;
import dev.quiver.runtime.security.WireCredentials;
import dev.quiver.scheduler.backend.ExecutorRecipe.Place;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An executor in a process of its own. It proves itself with the {@link Greeting} that its driver writes to its standard
 * input, or to a file that only this process sees. It lives as long as its connection, and that input if there is one, stay
 * open: when its driver is gone it cleans up and exits by itself.
 *
 * <p>Arguments: application, host to listen on, {@code tls} or {@code plain}, name, incarnation, slots, working folders
 * separated by commas, file of the greeting or {@code -}.
 */
public final class ExecutorMain {
    /**
     * How long the driver, or an executor that is asked for data, may stand still. Their end is noticed at once, by the
     * end of standard input and of the connection; who gives up an executor that stands still is the driver.
     */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private static final long EXIT_MILLIS = 3_000;
    private static final int CONNECT_ATTEMPTS = 5;
    private static final long CONNECT_PAUSE_MILLIS = 100;

    private final ExecutorId id;
    private final int slots;
    private final List<Path> wanted;
    private final CompletableFuture<Executor> executor = new CompletableFuture<>();
    private final CompletableFuture<Farewell> farewell = new CompletableFuture<>();
    private final Inbox inbox = new Inbox();
    private boolean connected;

    /** Null until they are there. */
    private volatile ExecutorFolders folders;

    /** Nobody is left to delete what the driver and its executors shared. */
    private volatile boolean driverGone;

    /** Never opened: every other thread is a daemon, and the process ends by {@link #exit} alone. */
    private final CountDownLatch ended = new CountDownLatch(1);

    private ExecutorMain(ExecutorId id, int slots, List<Path> wanted) {
        this.id = id;
        this.slots = slots;
        this.wanted = wanted;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 8) {
            System.err.println("Executors are started by their driver, not by hand: see 'quiver submit --help'.");
            System.exit(2);
        }
        ExecutorId id = new ExecutorId(arguments[3], Integer.parseInt(arguments[4]));
        ExecutorMain main = new ExecutorMain(id, Integer.parseInt(arguments[5]), Folders.parse(arguments[6]));
        try {
            main.run(arguments[0], arguments[1], arguments[2].equals("tls"), arguments[7]);
            main.ended.await();
        } catch (Exception failure) {
            boolean alone = main.folders != null && !main.connected;
            System.err.println("executor " + id + " cannot " + (alone ? "reach its driver" : "start") + ": "
                    + failure.getMessage());
            main.exit(main.connected ? ExitCodes.NOT_READY : ExitCodes.NO_DRIVER);
        }
    }

    private void run(String application, String host, boolean encrypted, String greetingFile) throws Exception {
        boolean watched = greetingFile.equals(Place.STANDARD_INPUT);
        folders = watched ? ExecutorFolders.belowDriver(wanted) : ExecutorFolders.own(wanted);
        InputStream fromDriver = watched ? System.in : Files.newInputStream(Path.of(greetingFile));
        PeerIdentity self = PeerIdentity.executor(application, PeerNames.of(id));
        CompletableFuture<Greeting> greeted = new CompletableFuture<>();
        Credentials credentials;
        if (encrypted) {
            // Everything else that a connection needs can be prepared before the driver has made the certificate.
            credentials = Credentials.tls(self, () -> certificate(self, greeted.join()));
        } else {
            greeted.complete(Greeting.readFrom(fromDriver));
            credentials = WireCredentials.decode(self, greeted.join().credentials());
        }
        RpcSettings settings = RpcSettings.defaults();
        RpcTimeouts timeouts =
                settings.timeouts().withKeepAlive(settings.timeouts().keepAliveInterval(), LONGEST_SILENCE);
        Transport transport = Transport.create(settings.withTimeouts(timeouts), credentials);
        ProcessFaults faults =
                ProcessFaults.ofExecutor(wanted.get(0).toAbsolutePath().getParent(), id);
        faults.frames().ifPresent(transport::inject);
        PeerServer peers = new PeerServer();
        ListeningEndpoint endpoint = transport.listen(host, 0, PeerPolicy.sameApplication(), peers::accept);
        if (encrypted) {
            greeted.complete(Greeting.readFrom(fromDriver));
        }
        if (watched) {
            watch(fromDriver);
        } else {
            fromDriver.close();
        }
        HostPort driverAddress = greeted.join().driver();
        PeerIdentity driverIdentity = PeerIdentity.driver(application, PeerNames.DRIVER);
        Connection driver = reach(() -> transport.connect(
                driverAddress.toSocketAddress(), PeerPolicy.exactly(driverIdentity), this::fromDriver));
        RemoteDriver link = new RemoteDriver(driver);
        HostPort dataAddress = new HostPort(host, endpoint.address().getPort());
        DriverQuery.Register register = new DriverQuery.Register(
                id.name(),
                id.incarnation(),
                slots,
                dataAddress,
                ProcessHandle.current().pid());
        Registered welcome = link.ask(register).get();
        connected = true;
        Config config = Config.of(welcome.config());

        Clock clock = Clock.system();
        ExecutorWiring wiring = new ExecutorWiring(
                application, id, config, LocalFolders.of(folders.all(), config, clock), clock, faults);
        Executor built = wiring.remote(link, driver, transport, peers, welcome, slots, this::fatal);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LastWords.speak(built, link), "last-words"));
        built.start();
        executor.complete(built);
        Farewell leaving =
                new Farewell(config, link, () -> peers.isServing() || built.keepsResults(), () -> exit(ExitCodes.LEFT));
        farewell.complete(leaving);
        Signals.handle("TERM", leaving::onSignal);
        Signals.handle("PWR", leaving::onSignal);
        inbox.open(built::handle);
        link.tell(new ToDriver.Ready());
        // The main thread has nothing else to do, and nobody waits for it.
        folders.sweep(Instant.ofEpochMilli(clock.epochMillis()));
    }

    /**
     * The connection to the driver, tried several times: on a busy machine the first handshake of a JVM may take longer than
     * the driver waits for a stranger, and the second, with everything loaded, will not.
     */
    private static Connection reach(Supplier<CompletableFuture<Connection>> connect) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return connect.get().get();
            } catch (ExecutionException refused) {
                if (attempt == CONNECT_ATTEMPTS) {
                    throw refused;
                }
                long pause = ThreadLocalRandom.current().nextLong(CONNECT_PAUSE_MILLIS, 2 * CONNECT_PAUSE_MILLIS);
                TimeUnit.MILLISECONDS.sleep(pause);
            }
        }
    }

    private static TlsMaterial certificate(PeerIdentity self, Greeting greeting) {
        try {
            return ((Credentials.Certificate) WireCredentials.decode(self, greeting.credentials()))
                    .material()
                    .get();
        } catch (GeneralSecurityException malformed) {
            throw new IllegalStateException("the credentials cannot be used: " + malformed.getMessage(), malformed);
        }
    }

    /** Nothing more comes on standard input; its end is the end of the driver. */
    private void watch(InputStream input) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (input.read() >= 0) {
                            // Whatever it was, the driver lives.
                            continue;
                        }
                    } catch (IOException broken) {
                        // As good as its end.
                        driverGone = true;
                    }
                    driverGone = true;
                    exit(ExitCodes.DONE);
                },
                "driver-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private ConnectionHandler fromDriver(Connection connection) {
        return new ConnectionHandler() {
            @Override
            public void onTell(int type, ByteBuffer body) {
                ToExecutor message = ToExecutorCodec.decode(type, body);
                if (message instanceof ToExecutor.Shutdown) {
                    exit(ExitCodes.DONE);
                } else if (message instanceof ToExecutor.Leave) {
                    farewell.thenAccept(Farewell::onLeave);
                    return;
                }
                try {
                    inbox.accept(message);
                } catch (Throwable failure) {
                    fatal(
                            ExitCodes.BROKEN,
                            "it could not handle " + message.getClass().getSimpleName() + ": " + failure);
                }
            }

            @Override
            public void onClosed(RpcException cause) {
                exit(ExitCodes.DONE);
            }
        };
    }

    /** Ends the process at once; its driver deletes the folders and starts another. Needs next to no memory. */
    private void fatal(int code, String why) {
        try {
            System.err.println("executor " + id + " ends itself: " + why);
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    /**
     * Frees the working folders and ends the process, whatever user code does. On a thread of its own, since closing waits
     * for I/O threads; should that take long, the process ends without.
     */
    private void exit(int code) {
        Thread impatient = new Thread(
                () -> {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(EXIT_MILLIS));
                    Runtime.getRuntime().halt(code);
                },
                "executor-exit-limit");
        impatient.setDaemon(true);
        impatient.start();
        Thread ending = new Thread(
                () -> {
                    try {
                        Executor running = executor.getNow(null);
                        if (running != null) {
                            running.close();
                        }
                        if (folders != null) {
                            folders.leave(code, driverGone);
                        }
                    } finally {
                        Runtime.getRuntime().halt(code);
                    }
                },
                "executor-exit");
        ending.start();
    }
}
