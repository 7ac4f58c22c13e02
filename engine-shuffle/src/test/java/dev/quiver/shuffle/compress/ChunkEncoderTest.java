package dev.quiver.shuffle.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.BodyCodec.Method;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.ShuffleId;
import dev.quiver.shape.Shape.Scalar;
import dev.quiver.time.Clock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChunkEncoderTest {
    private static final int ROWS = 20_000;

    private final ArrowBatches arrow = new ArrowBatches();
    private Compression compression;

    private ChunkEncoder encoder(CompressionMode mode, LinkSpeed link) {
        CompressionSettings settings = new CompressionSettings(mode, mode, 1, 128 << 20);
        compression = new Compression(settings, link, Clock.system());
        return compression.forShuffle(new ShuffleId(1), arrow);
    }

    private static ColumnBatch batch(LongStream values) {
        long[] rows = values.toArray();
        return new ColumnBatch(Scalar.LONG, rows.length, List.of(new Column.Longs(rows, null)));
    }

    private static ColumnBatch counting() {
        return batch(LongStream.range(0, ROWS));
    }

    private void writes(ChunkEncoder encoder, ColumnBatch batch, int chunks) throws Exception {
        for (int chunk = 0; chunk < chunks; chunk++) {
            byte[] message = encoder.encode(batch);
            ColumnBatch back = arrow.decode(arrow.schemaMessage(batch), ByteBuffer.wrap(message));
            assertThat(((Column.Longs) back.columns().get(0)).values())
                    .isEqualTo(((Column.Longs) batch.columns().get(0)).values());
        }
    }

    @Test
    void onTheSameHostAutoWritesPlainChunks() throws Exception {
        writes(encoder(CompressionMode.AUTO, LinkSpeed.sameHost()), counting(), 100);
        assertThat(compression.totals().of(Method.NONE).chunks()).isEqualTo(100);
    }

    @Test
    void onASlowLinkAutoSendsFewerBytes() throws Exception {
        writes(encoder(CompressionMode.AUTO, () -> 10_000), counting(), 100);
        CompressionTotals.Written zstd = compression.totals().of(Method.ZSTD);
        assertThat(zstd.chunks()).isGreaterThan(80);
        assertThat(zstd.plainBytes()).isEqualTo(zstd.chunks() * ROWS * 8);
        assertThat(zstd.storedBytes()).isLessThan(zstd.plainBytes() / 4);
    }

    @Test
    void noneIsNoneHoweverSlowTheLink() throws Exception {
        writes(encoder(CompressionMode.NONE, () -> 1_000), counting(), 100);
        assertThat(compression.totals().of(Method.NONE).chunks()).isEqualTo(100);
    }

    @Test
    void aCodecThatIsAskedForIsUsedOnTheSameHostToo() throws Exception {
        writes(encoder(CompressionMode.LZ4, LinkSpeed.sameHost()), counting(), 100);
        assertThat(compression.totals().of(Method.LZ4).chunks()).isEqualTo(100);
        writes(encoder(CompressionMode.ZSTD, LinkSpeed.sameHost()), counting(), 100);
        assertThat(compression.totals().of(Method.ZSTD).chunks()).isEqualTo(100);
    }

    @Test
    void randomBytesAreTriedNowAndThenAndElseWrittenPlain() throws Exception {
        ColumnBatch noise = batch(new Random(1).longs(ROWS));
        for (CompressionMode mode : CompressionMode.values()) {
            writes(encoder(mode, () -> 1_000_000), noise, 1_000);
            CompressionTotals.Written plain = compression.totals().of(Method.NONE);
            assertThat(plain.chunks()).as(mode.text()).isGreaterThan(950);
            assertThat(plain.storedBytes()).isEqualTo(plain.plainBytes());
        }
    }

    @Test
    void tinyChunksAreWrittenPlain() throws Exception {
        writes(encoder(CompressionMode.ZSTD, () -> 1_000), batch(LongStream.range(0, 100)), 10);
        assertThat(compression.totals().of(Method.NONE).chunks()).isEqualTo(10);
    }

    @Test
    void spillsFollowTheirOwnSetting() throws Exception {
        CompressionSettings settings = new CompressionSettings(CompressionMode.NONE, CompressionMode.LZ4, 1, 128 << 20);
        compression = new Compression(settings, LinkSpeed.sameHost(), Clock.system());
        writes(compression.forSpill("spill", LinkSpeed.sameHost(), arrow), counting(), 5);
        writes(compression.forShuffle(new ShuffleId(2), arrow), counting(), 3);
        assertThat(compression.totals().of(Method.LZ4).chunks()).isEqualTo(5);
        assertThat(compression.totals().of(Method.NONE).chunks()).isEqualTo(3);
    }
}
