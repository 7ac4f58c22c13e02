package dev.quiver.shuffle.transfer;

import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.ConnectionHandler;
import dev.quiver.rpc.Credentials;
import dev.quiver.rpc.ListeningEndpoint;
import dev.quiver.rpc.PeerPolicy;
import dev.quiver.rpc.RpcSettings;
import dev.quiver.rpc.StreamSender;
import dev.quiver.rpc.Transport;
import dev.quiver.rpc.tls.CertificateAuthority;
import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.reader.LocationsCache;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.reader.ShuffleReader;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteChunksTest {
    private static final int STREAM = 31;
    private static final ExecutorId READER = new ExecutorId("0", 0);
    private static final ExecutorId HOLDER = new ExecutorId("1", 0);
    private static final PeerIdentity READER_PEER = PeerIdentity.executor("app", "exec-0.0");
    private static final PeerIdentity HOLDER_PEER = PeerIdentity.executor("app", "exec-1.0");

    @TempDir
    Path folder;

    @Test
    void chunksCrossRealSocketsWithAndWithoutTlsThroughSmallWindows() throws Exception {
        CertificateAuthority authority = new CertificateAuthority("app", Clock.systemUTC(), new SecureRandom());
        byte[] secret = new byte[Credentials.SECRET_BYTES];
        for (boolean tls : new boolean[] {false, true}) {
            Credentials reader = tls
                    ? Credentials.tls(authority.issue(READER_PEER, Duration.ofDays(1)))
                    : Credentials.sharedSecretWithoutEncryption(READER_PEER, secret);
            Credentials holder = tls
                    ? Credentials.tls(authority.issue(HOLDER_PEER, Duration.ofDays(1)))
                    : Credentials.sharedSecretWithoutEncryption(HOLDER_PEER, secret);
            assertThat(exchange(reader, holder, "this host", "another host")).isGreaterThan(2 * 9_999 * 8);
            long sent = exchange(reader, holder, "this host", "this host");
            assertThat(sent).as("bytes sent to a reader of this host").isLessThan(2 * 9_999 * 8 / 4);
        }
    }

    /** Returns the bytes that the holder sent for the first of three reads. */
    private long exchange(
            Credentials readerCredentials, Credentials holderCredentials, String holderHost, String readerHost)
            throws Exception {
        long sentBytes;
        ShuffleSettings settings = ShuffleSettings.of(Config.empty()
                .with(ShuffleSettings.CHUNK_TARGET, Bytes.kibi(64))
                .with(ShuffleSettings.FETCH_WINDOW, Bytes.kibi(16))
                .with(ShuffleSettings.MAX_RETRIES, 1));
        ExecutorService workers = Executors.newFixedThreadPool(2);
        RpcSettings network = RpcSettings.defaults().withIoThreads(1);
        Transport holding = Transport.create(network, holderCredentials);
        Transport reading = Transport.create(network, readerCredentials);
        try (ShuffleStore far = Exchange.store(folder.resolve("far"), Durability.FILES, settings, Disk.system());
                ShuffleStore near = Exchange.store(folder.resolve("near"), Durability.FILES)) {
            MapOutputTracker tracker = new MapOutputTracker();
            tracker.register(SHUFFLE, 3, 2);
            List<Object> expected = new ArrayList<>();
            for (int map = 0; map < 3; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                boolean local = map == 1;
                tracker.add(local ? READER : HOLDER, Exchange.write(local ? near : far, version, 2, 9_999));
                expected.addAll(Exchange.expected(version, 1, 9_999));
            }
            ShuffleServer server = new ShuffleServer(far, holderHost, workers, workers);
            ListeningEndpoint endpoint =
                    holding.listen("127.0.0.1", 0, PeerPolicy.sameApplication(), accepted -> new ConnectionHandler() {
                        @Override
                        public void onStream(int type, ByteBuffer request, StreamSender sender) {
                            server.answer(request, sender);
                        }
                    });
            CompletableFuture<Connection> connection = reading.connect(
                    endpoint.address(), PeerPolicy.exactly(HOLDER_PEER), opened -> new ConnectionHandler() {});
            ShuffleReader reader = new ShuffleReader(
                    READER,
                    near,
                    new LocationsCache(tracker::snapshot),
                    new RemoteChunks(holder -> connection, STREAM),
                    (delay, wake) -> {
                        if (!delay.equals(settings.fetchTimeout())) {
                            wake.run();
                        }
                        return () -> {};
                    },
                    () -> 0.5,
                    settings,
                    new SameHost(readerHost, Disk.system()),
                    FetchMeter.NONE);
            long before = holding.metrics().snapshot().bytesOut();
            List<Object> rows = Exchange.drain(
                    reader.open(Exchange.task(1, 0, 0), SHUFFLE, 3, 1, MapRange.ALL, new TaskCounters(), () -> false));
            assertThat(Exchange.sorted(rows)).isEqualTo(Exchange.sorted(expected));
            sentBytes = holding.metrics().snapshot().bytesOut() - before;

            reader.open(Exchange.task(1, 0, 1), SHUFFLE, 3, 1, MapRange.ALL, new TaskCounters(), () -> false)
                    .close();
            connection.get(30, TimeUnit.SECONDS).close("the test cuts the line");
            assertThatThrownBy(() -> Exchange.drain(reader.open(
                            Exchange.task(1, 0, 2), SHUFFLE, 3, 1, MapRange.ALL, new TaskCounters(), () -> false)))
                    .isInstanceOfSatisfying(
                            FetchFailure.class,
                            lost -> assertThat(lost.holder()).isEqualTo(HOLDER));
        } finally {
            reading.close();
            holding.close();
            workers.shutdown();
            assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(reading.bufferBytesInUse()).isZero();
        assertThat(holding.bufferBytesInUse()).isZero();
        assertThat(folder.resolve("far")).doesNotExist();
        return sentBytes;
    }
}
