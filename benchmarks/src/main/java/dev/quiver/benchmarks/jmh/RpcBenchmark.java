package dev.quiver.benchmarks.jmh;

import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.ListeningEndpoint;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.Reply;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.CertificateAuthority;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.PeerRole;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Messages of 64 bytes over loopback, both ends in this process: a round trip, and one way in a burst, per message. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class RpcBenchmark {
    private static final int BURST = 10_000;
    private static final PeerIdentity DRIVER = PeerIdentity.driver("benchmark", "driver");
    private static final PeerIdentity EXECUTOR = PeerIdentity.executor("benchmark", "0");

    @Param({"false", "true"})
    boolean tls;

    private final byte[] body = new byte[64];
    private Transport driver;
    private Transport executor;
    private ListeningEndpoint endpoint;
    private Connection connection;

    @Setup
    public void connect() throws Exception {
        CertificateAuthority authority = new CertificateAuthority("benchmark", Clock.systemUTC(), new SecureRandom());
        RpcSettings settings = RpcSettings.defaults().withIoThreads(1);
        driver = Transport.create(settings, credentials(authority, DRIVER));
        executor = Transport.create(settings, credentials(authority, EXECUTOR));
        endpoint = driver.listen("127.0.0.1", 0, PeerPolicy.role(PeerRole.EXECUTOR), accepted -> new Echo());
        connection = executor.connect(endpoint.address(), PeerPolicy.exactly(DRIVER), any -> new ConnectionHandler() {})
                .get(30, TimeUnit.SECONDS);
    }

    private Credentials credentials(CertificateAuthority authority, PeerIdentity identity) {
        return tls
                ? Credentials.tls(authority.issue(identity, Duration.ofDays(1)))
                : Credentials.sharedSecretWithoutEncryption(identity, new byte[Credentials.SECRET_BYTES]);
    }

    @TearDown
    public void close() throws Exception {
        connection.close("the benchmark is over");
        endpoint.close();
        executor.close();
        driver.close();
    }

    @Benchmark
    public ByteBuffer ask() throws Exception {
        return connection.ask(1, body).get();
    }

    /** Ends with an ask, which is answered after all that was told before it. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public ByteBuffer tell() throws Exception {
        for (int message = 0; message < BURST; message++) {
            while (!connection.isWritable()) {
                Thread.onSpinWait();
            }
            connection.tell(1, body);
        }
        return connection.ask(1, body).get();
    }

    private static final class Echo implements ConnectionHandler {
        @Override
        public void onTell(int type, ByteBuffer body) {}

        @Override
        public void onAsk(int type, ByteBuffer body, Reply reply) {
            reply.ok(body);
        }
    }
}
