package dev.quiver.exec.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CompressedBatchesTest {
    private static final List<BodyCodec> CODECS = List.of(BodyCodec.LZ4, BodyCodec.ZSTD, BodyCodec.zstd(19));
    /** What a hostile message may cost beyond a multiple of its length: {@link BodyLayout#mayHold}, in boxes and bits. */
    private static final long MOST_ALLOCATED = 200L << 20;

    private final ArrowBatches arrow = new ArrowBatches();

    private ColumnBatch roundTrip(ColumnBatch batch, BodyCodec codec) throws CorruptBatch {
        return arrow.decode(arrow.schemaMessage(batch), ByteBuffer.wrap(arrow.batchMessage(batch, codec)));
    }

    private static ColumnBatch longs(long... values) {
        return new ColumnBatch(Scalar.LONG, values.length, List.of(new Column.Longs(values, null)));
    }

    private static ColumnBatch bytes(byte[]... rows) {
        int[] offsets = new int[rows.length + 1];
        for (int row = 0; row < rows.length; row++) {
            offsets[row + 1] = offsets[row] + rows[row].length;
        }
        ByteBuffer data = ByteBuffer.allocate(offsets[rows.length]);
        for (byte[] row : rows) {
            data.put(row);
        }
        return new ColumnBatch(Scalar.BYTES, rows.length, List.of(new Column.Slices(data.array(), offsets, null)));
    }

    private static byte[] noise(int length, long seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    @Test
    void readsBackEveryShapeUnderEveryCodec() throws Exception {
        for (BodyCodec codec : CODECS) {
            for (long seed = 0; seed < 500; seed++) {
                RandomBatches random = new RandomBatches(new Random(seed));
                ColumnBatch batch = seed % 5 == 0 ? random.batch(random.shape(0), 3000) : random.next();
                byte[] message = arrow.batchMessage(batch, codec);
                assertThat(message.length % 8).as("seed %d", seed).isZero();
                ColumnBatch back = arrow.decode(arrow.schemaMessage(batch), ByteBuffer.wrap(message));
                SameRows.assertSame(codec + ", seed " + seed, back, batch);
            }
        }
    }

    @Test
    void readsBackNoRowsNoColumnsAndNothingButNulls() throws Exception {
        Shape pair = new Shape.PairOf(Scalar.STRING, new Shape.ListOf(Scalar.LONG));
        ColumnBatch noColumns = new ColumnBatch(new Shape.RecordOf("example.Nothing", List.of()), 5, List.of());
        long[] all = new long[16];
        Arrays.fill(all, -1);
        ColumnBatch nulls = new ColumnBatch(Scalar.LONG, 1000, List.of(new Column.Longs(new long[1000], all)));
        for (BodyCodec codec : CODECS) {
            for (long seed = 0; seed < 20; seed++) {
                ColumnBatch noRows = new RandomBatches(new Random(seed)).batch(pair, 0);
                SameRows.assertSame(codec + ", seed " + seed, roundTrip(noRows, codec), noRows);
            }
            SameRows.assertSame(codec.toString(), roundTrip(noColumns, codec), noColumns);
            SameRows.assertSame(codec.toString(), roundTrip(nulls, codec), nulls);
        }
    }

    @Test
    void readsBackBuffersOfEveryLengthAroundABlock() throws Exception {
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD)) {
            for (int around : new int[] {0, 64, Lz4Frames.BLOCK, 2 * Lz4Frames.BLOCK, 3 << 17}) {
                for (int length = Math.max(0, around - 2); length <= around + 2; length++) {
                    byte[] row = noise(length, length);
                    Arrays.fill(row, length / 2, length, (byte) 7);
                    ColumnBatch batch = bytes(row);
                    SameRows.assertSame(codec + ", length " + length, roundTrip(batch, codec), batch);
                }
            }
        }
    }

    @Test
    void readsBackHugeStringsOfWhatEverRatio() throws Exception {
        byte[] zeros = new byte[40 << 20];
        byte[] noise = noise(5 << 20, 3);
        ColumnBatch batch = bytes(noise, zeros, "between".getBytes());
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD)) {
            byte[] data = ((Column.Slices) roundTrip(batch, codec).columns().get(0)).data();
            assertThat(Arrays.equals(data, ((Column.Slices) batch.columns().get(0)).data()))
                    .as(codec.toString())
                    .isTrue();
        }
    }

    @Test
    void readsCompressedBytesThatAreOffTheHeapOrInTheMiddleOfAnArray() throws Exception {
        ColumnBatch batch = longs(LongStream.range(0, 5000).toArray());
        for (BodyCodec codec : CODECS) {
            byte[] message = arrow.batchMessage(batch, codec);
            ByteBuffer direct = ByteBuffer.allocateDirect(message.length + 3).position(3);
            direct.put(message).flip().position(3);
            SameRows.assertSame("direct", arrow.decode(arrow.schemaMessage(batch), direct), batch);
            ByteBuffer middle = ByteBuffer.allocate(message.length + 5).position(5);
            middle.put(message).flip().position(5);
            SameRows.assertSame("middle", arrow.decode(arrow.schemaMessage(batch), middle.asReadOnlyBuffer()), batch);
            SameRows.assertSame("slice", arrow.decode(arrow.schemaMessage(batch), middle.slice()), batch);
        }
    }

    @Test
    void shrinksWhatCanShrinkAndLeavesTheRestAsItIs() {
        ColumnBatch same = longs(new long[100_000]);
        ColumnBatch noise = bytes(noise(800_000, 1));
        for (BodyCodec codec : CODECS) {
            assertThat(arrow.batchMessage(same, codec).length)
                    .as(codec.toString())
                    .isLessThan(5_000);
            byte[] message = arrow.batchMessage(noise, codec);
            assertThat(message.length).isLessThan(arrow.batchMessage(noise).length + 100);
            int data = indexOf(message, Arrays.copyOf(noise(800_000, 1), 16));
            assertThat(ByteBuffer.wrap(message).getLong(data - 8))
                    .as(codec.toString())
                    .isEqualTo(-1);
        }
        assertThat(arrow.bodyBytes(same)).isEqualTo(800_000);
        assertThat(arrow.batchMessage(same, BodyCodec.NONE)).isEqualTo(arrow.batchMessage(same));
    }

    @Test
    void takesNoMoreFromASmallMessageThanItsWritersAllow() throws Exception {
        // 160 MB of zeros are a few kilobytes in Zstandard: one buffer is left as it is, so that readers may be strict.
        ColumnBatch zeros = longs(new long[20_000_000]);
        assertThat(arrow.batchMessage(zeros, BodyCodec.ZSTD).length).isGreaterThan(160_000_000);
        ColumnBatch fewer = longs(new long[2_000_000]);
        byte[] message = arrow.batchMessage(fewer, BodyCodec.ZSTD);
        assertThat(message.length).isLessThan(10_000);
        SameRows.assertSame("fewer", arrow.decode(arrow.schemaMessage(fewer), ByteBuffer.wrap(message)), fewer);
    }

    @Test
    void refusesAFewBytesThatAnnounceGigabytesBeforeItTakesMemoryForThem() {
        int rows = 123_457;
        ColumnBatch batch = longs(new long[rows]);
        byte[] schema = arrow.schemaMessage(batch);
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD)) {
            byte[] message = arrow.batchMessage(batch, codec);
            long huge = 1L << 27;
            assertThat(replaceLongs(message, rows, huge)).isEqualTo(2);
            long before = allocated();
            assertThatThrownBy(() -> arrow.decode(schema, ByteBuffer.wrap(message)))
                    .isInstanceOf(CorruptBatch.class)
                    .hasMessageContaining("announces " + 8 * rows + " bytes where the column needs " + 8 * huge);
            assertThat(replaceLongs(message, 8L * rows, 8 * huge)).isEqualTo(1);
            assertThatThrownBy(() -> arrow.decode(schema, ByteBuffer.wrap(message)))
                    .isInstanceOf(CorruptBatch.class)
                    .hasMessageContaining("announce more");
            assertThat(allocated() - before).as(codec.toString()).isLessThan(4 << 20);
        }
    }

    @Test
    void meetsDamagedBytesWithRowsOrACorruptBatchAndBoundedMemory() {
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD)) {
            int refused = 0;
            for (long seed = 0; seed < 5_000; seed++) {
                Random random = new Random(seed);
                RandomBatches batches = new RandomBatches(new Random(seed % 100));
                ColumnBatch batch = seed % 3 == 0 ? batches.batch(batches.shape(0), 2_000) : batches.next();
                byte[] schema = arrow.schemaMessage(batch);
                byte[] message = arrow.batchMessage(batch, codec);
                for (int flips = random.nextInt(3); flips >= 0; flips--) {
                    message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                }
                int length = random.nextInt(8) == 0 ? random.nextInt(message.length + 1) : message.length;
                long before = allocated();
                try {
                    ColumnBatch read = arrow.decode(schema, ByteBuffer.wrap(message, 0, length));
                    assertThat(read.shape()).isEqualTo(batch.shape());
                } catch (CorruptBatch expected) {
                    refused++;
                } catch (Throwable other) {
                    throw new AssertionError(codec + ", seed " + seed, other);
                }
                assertThat(allocated() - before)
                        .as("%s, seed %d: bytes allocated for a message of %d", codec, seed, message.length)
                        .isLessThan(MOST_ALLOCATED);
            }
            assertThat(refused).as(codec.toString()).isGreaterThan(1_000);
        }
    }

    @Test
    void refusesFramesThatHoldOtherThanTheyMust() throws Exception {
        byte[] plain = noise(3_000, 5);
        Arrays.fill(plain, 1_000, 3_000, (byte) 9);
        for (BodyCodec codec : CODECS) {
            try (BufferCodec frames = codec.open()) {
                byte[] frame = new byte[(int) frames.room(plain.length)];
                int length = frames.compress(plain, 0, plain.length, frame, 0);
                byte[] back = new byte[4_000];
                frames.restore(frame, 0, length, back, 3_000);
                assertThat(Arrays.copyOf(back, 3_000)).isEqualTo(plain);
                for (int size : new int[] {0, 1, 2_999, 3_001, 4_000}) {
                    assertThatThrownBy(() -> frames.restore(frame, 0, length, back, size))
                            .as("%s, %d bytes", codec, size)
                            .isInstanceOf(CorruptBatch.class);
                }
                for (int cut = 0; cut < length; cut++) {
                    int shorter = cut;
                    assertThatThrownBy(() -> frames.restore(frame, 0, shorter, back, 3_000))
                            .as("%s, cut at %d", codec, cut)
                            .isInstanceOf(CorruptBatch.class);
                }
                assertThatThrownBy(() -> frames.restore(frame, 0, length + 4, back, 3_000))
                        .as("%s, with bytes behind", codec)
                        .isInstanceOf(CorruptBatch.class);
                frames.restore(frame, 0, length, back, 3_000);
                assertThat(Arrays.copyOf(back, 3_000)).as("after failures").isEqualTo(plain);
            }
        }
    }

    @Test
    void refusesAMatchFromBeforeTheStartInsteadOfReturningWhatLayThere() {
        byte[] target = new byte[64];
        Arrays.fill(target, (byte) 0x5A);
        // A block of one literal, four bytes copied from 200 bytes before it, and five literals.
        byte[] block = {0x10, 'x', (byte) 200, 0, 0x50, 'a', 'b', 'c', 'd', 'e'};
        ByteBuffer frame = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(new byte[] {4, 0x22, 0x4D, 0x18, 0x60, 0x40, (byte) 0x82});
        frame.putInt(block.length).put(block).putInt(0);
        try (BufferCodec frames = BodyCodec.LZ4.open()) {
            assertThatThrownBy(() -> frames.restore(frame.array(), 0, frame.position(), target, 10))
                    .isInstanceOf(CorruptBatch.class)
                    .hasMessageContaining("malformed");
        }
    }

    @Test
    void refusesAZstandardWindowThatWouldTakeHundredsOfMegabytes() {
        // No content size, a window of 2^27 bytes, one last raw block of one byte.
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3), 9, 0, 0, 'x'};
        byte[] modest = frame.clone();
        modest[5] = 10 << 3;
        byte[] target = new byte[1];
        try (BufferCodec frames = BodyCodec.ZSTD.open()) {
            assertThatThrownBy(() -> frames.restore(frame, 0, frame.length, target, 1))
                    .isInstanceOf(CorruptBatch.class)
                    .hasMessageContaining("malformed");
        }
        try (BufferCodec frames = BodyCodec.ZSTD.open()) {
            org.assertj.core.api.Assertions.assertThatCode(() -> frames.restore(modest, 0, modest.length, target, 1))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void manyThreadsShareOneObject() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new java.util.ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                long seed = thread;
                running.add(threads.submit(() -> {
                    RandomBatches random = new RandomBatches(new Random(seed));
                    for (int round = 0; round < 100; round++) {
                        ColumnBatch batch = random.batch(random.shape(0), 1_000);
                        BodyCodec codec = CODECS.get(round % 2);
                        SameRows.assertSame("seed " + seed, roundTrip(batch, codec), batch);
                    }
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void namesItsCodecsAndRefusesLevelsThatDoNotExist() {
        assertThat(BodyCodec.NONE).hasToString("none");
        assertThat(BodyCodec.LZ4).hasToString("lz4");
        assertThat(BodyCodec.zstd(3)).hasToString("zstd-3");
        assertThat(CODECS).allMatch(BodyCodec::isAvailable);
        assertThatThrownBy(() -> BodyCodec.zstd(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BodyCodec.zstd(20)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static int replaceLongs(byte[] message, long old, long fresh) {
        ByteBuffer view = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int found = 0;
        for (int at = 0; at + 8 <= message.length; at++) {
            if (view.getLong(at) == old) {
                view.putLong(at, fresh);
                found++;
            }
        }
        return found;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }
}
