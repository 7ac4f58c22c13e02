package dev.quiver.shuffle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkStreamTest {
    private static final MapVersion FIRST = new MapVersion(3, 0, 1);
    private static final MapVersion SECOND = new MapVersion(900, 2, 0);

    private static byte[] stream() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ChunkStream.known(List.of(FIRST, SECOND), new long[] {5, 1L << 40}));
        out.writeBytes(ChunkStream.schema(0, new byte[] {1, 2, 3}));
        for (int chunk = 0; chunk < 3; chunk++) {
            ChunkSources sources = new ChunkSources.Builder()
                    .add(SECOND, 2)
                    .add(FIRST, 1 + chunk)
                    .build();
            byte[] message = new byte[chunk * 100];
            out.writeBytes(ChunkStream.chunk(chunk * 2, 0, 77, message.length, sources));
            out.writeBytes(message);
        }
        out.writeBytes(ChunkStream.file(0, "/a/file.arrow"));
        out.writeBytes(ChunkStream.located(6, 0, 78, 400, ChunkSources.of(FIRST, 9), 0, 1L << 33));
        out.writeBytes(ChunkStream.end(4));
        return out.toByteArray();
    }

    private static List<ChunkEvent> decode(byte[] bytes, int pieceSize) {
        ChunkStreamDecoder decoder = new ChunkStreamDecoder();
        List<ChunkEvent> events = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += pieceSize) {
            decoder.feed(ByteBuffer.wrap(bytes, at, Math.min(pieceSize, bytes.length - at)));
            for (ChunkEvent event = decoder.poll(); event != null; event = decoder.poll()) {
                events.add(event);
            }
        }
        assertThat(decoder.isEnded()).isTrue();
        return events;
    }

    @Test
    void aStreamIsReadWhateverThePiecesItIsCutInto() throws Exception {
        byte[] bytes = stream();
        for (int piece = 1; piece <= bytes.length; piece++) {
            List<ChunkEvent> events = decode(bytes, piece);
            assertThat(events).hasSize(6);
            ChunkEvent.Known known = (ChunkEvent.Known) events.get(0);
            assertThat(known.versions()).containsExactly(FIRST, SECOND);
            assertThat(known.rows()).containsExactly(5, 1L << 40);
            ChunkEvent.Fetched last = (ChunkEvent.Fetched) events.get(3);
            assertThat(last.number()).isEqualTo(4);
            assertThat(last.schema()).containsExactly(1, 2, 3);
            assertThat(last.message()).hasSize(200);
            assertThat(last.sources().version(1)).isEqualTo(FIRST);
            assertThat(last.sources().totalRows()).isEqualTo(5);
            ChunkEvent.Located located = (ChunkEvent.Located) events.get(4);
            assertThat(located.number()).isEqualTo(6);
            assertThat(located.schema()).containsExactly(1, 2, 3);
            assertThat(located.crc()).isEqualTo(78);
            assertThat(located.sources().totalRows()).isEqualTo(9);
            assertThat(located.file()).isEqualTo("/a/file.arrow");
            assertThat(located.offset()).isEqualTo(1L << 33);
            assertThat(located.length()).isEqualTo(400);
            assertThat(events.get(5)).isEqualTo(new ChunkEvent.End(4));
        }
    }

    @Test
    void everyFlippedByteOutsideMessagesIsFound() throws Exception {
        byte[] good = stream();
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            ChunkStreamDecoder decoder = new ChunkStreamDecoder();
            try {
                decoder.feed(ByteBuffer.wrap(bad));
                ChunkEvent event = decoder.poll();
                boolean inMessage = false;
                while (event != null) {
                    if (event instanceof ChunkEvent.Fetched fetched) {
                        for (byte value : fetched.message()) {
                            inMessage |= value != 0;
                        }
                    }
                    event = decoder.poll();
                }
                // A flip in a length can only make the decoder wait for bytes that never come.
                assertThat(inMessage || !decoder.isEnded()).as("byte %d", at).isTrue();
            } catch (MalformedMessage found) {
                assertThat(found).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void randomBytesNeverTakeMoreMemoryThanTheyAreWorth() {
        byte[] good = stream();
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            byte[] bad = new byte[random.nextInt(400)];
            random.nextBytes(bad);
            if (seed % 2 == 0) {
                bad = good.clone();
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            } else if (bad.length > 5) {
                bad[0] = (byte) (1 + random.nextInt(7));
                bad[1] = (byte) random.nextInt(4);
            }
            ChunkStreamDecoder decoder = new ChunkStreamDecoder();
            try {
                decoder.feed(ByteBuffer.wrap(bad));
            } catch (MalformedMessage expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
            assertThat(decoder.pendingBytes()).as("seed %d", seed).isLessThan(4096);
        }
    }

    @Test
    void aHugeMessageThatIsOnlyAnnouncedTakesNoMemory() throws Exception {
        ChunkStreamDecoder decoder = new ChunkStreamDecoder();
        decoder.feed(ByteBuffer.wrap(ChunkStream.known(List.of(), new long[0])));
        decoder.feed(ByteBuffer.wrap(ChunkStream.schema(0, new byte[0])));
        decoder.feed(ByteBuffer.wrap(ChunkStream.chunk(0, 0, 0, Integer.MAX_VALUE - 16, ChunkSources.of(FIRST, 1))));
        decoder.feed(ByteBuffer.wrap(new byte[1000]));
        assertThat(decoder.pendingBytes()).isLessThan(4096);
    }

    @Test
    void requestsSurviveTheirCodecWhateverTheVersions() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            WantedVersions.Builder builder = new WantedVersions.Builder().common(0, 0);
            List<MapVersion> all = new ArrayList<>();
            int density = 1 + random.nextInt(100);
            for (int map = random.nextInt(1000), end = map + random.nextInt(3000); map < end; map++) {
                if (random.nextInt(100) < density) {
                    MapVersion version = new MapVersion(map, random.nextInt(20) / 19, random.nextInt(20) / 19);
                    builder.add(map, version.epoch(), version.attempt());
                    all.add(version);
                }
            }
            String host = seed % 3 == 0 ? "" : "host " + seed;
            FetchRequest sent = new FetchRequest(new ShuffleId(seed), 9, seed, seed % 2 == 0, host, builder.build());
            byte[] bytes = sent.encode();
            assertThat(bytes.length).as("seed %d", seed).isLessThan(64 + 3000 / 8 + all.size());
            FetchRequest received = FetchRequest.decode(ByteBuffer.wrap(bytes));
            assertThat(received.shuffle()).isEqualTo(sent.shuffle());
            assertThat(received.fromChunk()).isEqualTo(seed);
            assertThat(received.verify()).isEqualTo(seed % 2 == 0);
            assertThat(received.readerHost()).isEqualTo(host);
            assertThat(received.wanted().count()).isEqualTo(all.size());
            for (int index = 0; index < all.size(); index++) {
                MapVersion version = all.get(index);
                assertThat(received.wanted().version(index)).as("seed %d", seed).isEqualTo(version);
                assertThat(received.wanted().indexOf(version.mapPartition())).isEqualTo(index);
                assertThat(received.wanted().contains(version)).isTrue();
                assertThat(received.wanted().contains(new MapVersion(version.mapPartition(), version.epoch(), 7)))
                        .isFalse();
            }
        }
    }

    @Test
    void aRequestForSeveralPartitionsSurvivesItsCodec() {
        FetchRequest.Ahead ahead = new FetchRequest.Ahead(300, 4 << 20);
        FetchRequest sent = new FetchRequest(new ShuffleId(1), 2, 0, false, "", ahead, Exchange.wanted(FIRST, SECOND));
        FetchRequest received = FetchRequest.decode(ByteBuffer.wrap(sent.encode()));
        assertThat(received.ahead()).isEqualTo(ahead);
        assertThat(received.reducePartition()).isEqualTo(2);
        assertThat(received.wanted().contains(SECOND)).isTrue();
    }

    @Test
    void randomRequestsAreRefusedWithoutHarm() {
        byte[] good = new FetchRequest(
                        new ShuffleId(1),
                        2,
                        0,
                        false,
                        "here",
                        new FetchRequest.Ahead(3, 70_000),
                        Exchange.wanted(FIRST, SECOND))
                .encode();
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int flips = 0; flips < 1 + seed % 6; flips++) {
                bad[1 + random.nextInt(bad.length - 1)] = (byte) random.nextInt();
            }
            try {
                FetchRequest.decode(ByteBuffer.wrap(bad, 0, random.nextInt(bad.length + 1)));
            } catch (MalformedMessage expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void anotherProtocolVersionIsNamed() {
        byte[] request = new FetchRequest(new ShuffleId(1), 2, 0, false, "here", Exchange.wanted(FIRST)).encode();
        request[0] = 9;
        assertThatThrownBy(() -> FetchRequest.decode(ByteBuffer.wrap(request))).hasMessageContaining("version 9");
    }
}
