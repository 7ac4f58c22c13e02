package dev.quiver.shuffle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.wire.MalformedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AheadStreamTest {
    private static final int MOST = 1000;

    private final Map<Integer, byte[]> arrived = new TreeMap<>();
    private AheadStreamDecoder decoder = new AheadStreamDecoder(arrived::put, MOST);

    private static byte[] stream() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(AheadStream.partition(3, new byte[] {1, 2, 3}));
        out.writeBytes(AheadStream.partition(4, new byte[200]));
        out.writeBytes(AheadStream.partition(70_000, new byte[0]));
        out.writeBytes(AheadStream.end());
        return out.toByteArray();
    }

    private void feed(byte[] bytes, int length, int pieceSize) {
        for (int at = 0; at < length; at += pieceSize) {
            decoder.feed(ByteBuffer.wrap(bytes, at, Math.min(pieceSize, length - at)));
        }
    }

    @Test
    void partitionsAreReadWhateverThePiecesTheyAreCutInto() {
        byte[] bytes = stream();
        for (int piece = 1; piece <= bytes.length; piece++) {
            arrived.clear();
            decoder = new AheadStreamDecoder(arrived::put, MOST);
            feed(bytes, bytes.length, piece);
            assertThat(decoder.isEnded()).isTrue();
            assertThat(arrived).containsOnlyKeys(3, 4, 70_000);
            assertThat(arrived.get(3)).containsExactly(1, 2, 3);
            assertThat(arrived.get(4)).hasSize(200);
        }
    }

    @Test
    void whatIsCutShortHasNotEnded() {
        byte[] bytes = stream();
        for (int length = 0; length < bytes.length; length++) {
            decoder = new AheadStreamDecoder(arrived::put, MOST);
            feed(bytes, length, 50);
            assertThat(decoder.isEnded()).as("%d bytes", length).isFalse();
        }
    }

    @Test
    void everyDamagedByteIsNoticedBeforeItsPartitionIsGiven() {
        byte[] bytes = stream();
        for (int at = 0; at < bytes.length; at++) {
            byte[] bad = bytes.clone();
            bad[at] ^= 0x10;
            arrived.clear();
            decoder = new AheadStreamDecoder(arrived::put, MOST);
            try {
                feed(bad, bad.length, bad.length);
                assertThat(decoder.isEnded()).as("byte %d", at).isFalse();
            } catch (MalformedMessage expected) {
                assertThat(expected).hasMessageContaining("read ahead");
            }
            arrived.forEach((partition, chunks) -> assertThat(
                            Arrays.equals(chunks, new byte[] {1, 2, 3})
                                    ? partition == 3
                                    : chunks.length == 200 ? partition == 4 : partition == 70_000)
                    .as("partition %d", partition)
                    .isTrue());
        }
    }

    @Test
    void announcedLengthsAreBounded() {
        byte[] bytes = AheadStream.partition(1, new byte[MOST + 1]);
        assertThatThrownBy(() -> feed(bytes, bytes.length, 100)).hasMessageContaining("announces 1002 bytes");
        decoder = new AheadStreamDecoder(arrived::put, MOST);
        byte[] more = Arrays.copyOf(stream(), stream().length + 1);
        assertThatThrownBy(() -> feed(more, more.length, 10_000)).hasMessageContaining("1 bytes after the end");
    }

    @Test
    void randomBytesAreRefusedWithoutHarm() {
        for (long seed = 0; seed < 3000; seed++) {
            byte[] bytes = new byte[64];
            new Random(seed).nextBytes(bytes);
            decoder = new AheadStreamDecoder(arrived::put, MOST);
            try {
                feed(bytes, bytes.length, 7);
            } catch (MalformedMessage expected) {
                assertThat(expected).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }
}
