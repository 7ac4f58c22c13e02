package dev.quiver.exec.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArrowBatchesTest {
    private final ArrowBatches arrow = new ArrowBatches();

    @Test
    void readsBackEveryShapeItWrites() throws Exception {
        for (long seed = 0; seed < 500; seed++) {
            ColumnBatch batch = new RandomBatches(new Random(seed)).next();
            byte[] schema = arrow.schemaMessage(batch);
            byte[] message = arrow.batchMessage(batch);
            assertThat(message.length % 8).as("seed %d", seed).isZero();
            assertThat(arrow.shapeOf(schema)).as("seed %d", seed).isEqualTo(batch.shape());
            SameRows.assertSame("seed " + seed, arrow.decode(schema, ByteBuffer.wrap(message)), batch);
        }
    }

    @Test
    void writesTheSameBytesIntoMemoryThatWasUsedBefore() {
        MessageBuffer buffer = new MessageBuffer();
        for (long seed = 0; seed < 500; seed++) {
            ColumnBatch batch = new RandomBatches(new Random(seed)).next();
            for (BodyCodec codec : List.of(BodyCodec.NONE, BodyCodec.LZ4)) {
                Arrays.fill(buffer.bytes(), (byte) -1);
                arrow.batchMessage(batch, codec, buffer);
                assertThat(Arrays.copyOf(buffer.bytes(), buffer.length()))
                        .as("seed %d, %s", seed, codec)
                        .isEqualTo(arrow.batchMessage(batch, codec));
            }
        }
    }

    @Test
    void givesAMessageAwayForGood() {
        MessageBuffer buffer = new MessageBuffer();
        ColumnBatch batch = new RandomBatches(new Random(7)).batch(new Shape.PairOf(Scalar.STRING, Scalar.LONG), 99);
        arrow.batchMessage(batch, buffer);
        byte[] taken = buffer.take();
        byte[] before = taken.clone();
        arrow.batchMessage(new RandomBatches(new Random(8)).batch(Scalar.LONG, 5), buffer);
        assertThat(taken).isEqualTo(before);
    }

    @Test
    void readsAMessageFromTheMiddleOfAnOffHeapBufferAndLeavesItsPosition() throws Exception {
        ColumnBatch batch = new RandomBatches(new Random(7)).batch(new Shape.PairOf(Scalar.STRING, Scalar.LONG), 99);
        byte[] message = arrow.batchMessage(batch);
        ByteBuffer direct = ByteBuffer.allocateDirect(message.length + 11).position(3);
        direct.put(message).flip().position(3);
        SameRows.assertSame("direct", arrow.decode(arrow.schemaMessage(batch), direct), batch);
        assertThat(direct.position()).isEqualTo(3);
    }

    @Test
    void writesTextThatDoesNotStartAtTheBeginningOfItsArray() throws Exception {
        Column text = new Column.Slices("xxabcd".getBytes(), new int[] {2, 3, 6}, null);
        ColumnBatch batch = new ColumnBatch(Scalar.STRING, 2, List.of(text));
        ColumnBatch back = arrow.decode(arrow.schemaMessage(batch), ByteBuffer.wrap(arrow.batchMessage(batch)));
        assertThat(((Column.Slices) back.columns().get(0)).data()).isEqualTo("abcd".getBytes());
        assertThat(((Column.Slices) back.columns().get(0)).offsets()).containsExactly(0, 1, 4);
    }

    @Test
    void refusesOffsetsThatGoBack() {
        ColumnBatch batch = new ColumnBatch(
                Scalar.STRING, 2, List.of(new Column.Slices("abcd".getBytes(), new int[] {0, 3, 4}, null)));
        byte[] message = arrow.batchMessage(batch);
        int offsets = message.length - 16 - 8;
        assertThat(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt(offsets + 4))
                .isEqualTo(3);
        message[offsets + 4] = 5;
        assertThatThrownBy(() -> arrow.decode(arrow.schemaMessage(batch), ByteBuffer.wrap(message)))
                .isInstanceOf(CorruptBatch.class)
                .hasMessageContaining("go back");
    }

    @Test
    void refusesASchemaThatIsNotThatOfTheBatch() {
        RandomBatches random = new RandomBatches(new Random(1));
        ColumnBatch longs = random.batch(Scalar.LONG, 10);
        ColumnBatch bytes = random.batch(Scalar.BYTE, 10);
        assertThatThrownBy(() -> arrow.decode(arrow.schemaMessage(longs), ByteBuffer.wrap(arrow.batchMessage(bytes))))
                .isInstanceOf(CorruptBatch.class)
                .hasMessageContaining("must hold 80 bytes");
    }

    @Test
    void refusesNullsAmongTheElementsOfAnArray() {
        Column elements = new Column.Longs(new long[] {1, 2, 3}, new long[] {2});
        Column lists = new Column.Lists(new int[] {0, 3}, new ColumnBatch(Scalar.LONG, 3, List.of(elements)), null);
        ColumnBatch nullable = new ColumnBatch(new Shape.ListOf(Scalar.LONG), 1, List.of(lists));
        ColumnBatch arrays = new ColumnBatch(new Shape.ArrayOf(Scalar.LONG), 1, List.of(lists));
        ByteBuffer message = ByteBuffer.wrap(arrow.batchMessage(nullable));
        assertThatThrownBy(() -> arrow.decode(arrow.schemaMessage(arrays), message))
                .isInstanceOf(CorruptBatch.class)
                .hasMessageContaining("1 nulls where its schema allows none");
    }

    @Test
    void meetsDamagedBytesWithAResultOrACorruptBatchAndNothingElse() {
        int refused = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            ColumnBatch batch = new RandomBatches(new Random(seed % 100)).next();
            byte[] schema = arrow.schemaMessage(batch).clone();
            byte[] message = arrow.batchMessage(batch);
            byte[] victim = random.nextInt(4) == 0 ? schema : message;
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                victim[random.nextInt(victim.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(message.length + 1) : message.length;
            try {
                ColumnBatch read = arrow.decode(schema, ByteBuffer.wrap(message, 0, length));
                assertThat(read.sizeBytes()).as("seed %d", seed).isLessThan(20L * message.length + 4096);
            } catch (CorruptBatch expected) {
                refused++;
            } catch (Throwable other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
        assertThat(refused).isGreaterThan(2_000);
    }

    @Test
    void refusesRandomBytes() {
        for (long seed = 0; seed < 2_000; seed++) {
            byte[] noise = new byte[200];
            new Random(seed).nextBytes(noise);
            if (seed % 2 == 0) {
                Arrays.fill(noise, 0, 4, (byte) 0xFF);
                ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 160);
            }
            assertThatThrownBy(() -> arrow.shapeOf(noise)).as("seed %d", seed).isInstanceOf(CorruptBatch.class);
        }
    }
}
