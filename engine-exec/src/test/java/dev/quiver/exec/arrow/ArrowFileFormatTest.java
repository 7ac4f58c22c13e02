package dev.quiver.exec.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Component;
import dev.quiver.shape.Shape.Scalar;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.Test;

/** Arrow's own reader opens what the engine writes; its debug allocator checks that the test leaks nothing. */
class ArrowFileFormatTest {
    private final ArrowBatches arrow = new ArrowBatches();

    @Test
    void arrowsReaderFindsNamesTypesValuesAndNulls() throws Exception {
        Shape value = new Shape.RecordOf(
                "example.Sale",
                List.of(
                        new Component("price", Scalar.DOUBLE),
                        new Component("day", Scalar.LOCAL_DATE),
                        new Component("paid", Scalar.BOOLEAN),
                        new Component("tags", new Shape.ListOf(Scalar.STRING)),
                        new Component("weights", new Shape.ArrayOf(Scalar.FLOAT))));
        ColumnBatch weights = new ColumnBatch(Scalar.FLOAT, 2, List.of(new Column.Floats(new float[] {0.5f, 2}, null)));
        ColumnBatch tags = new ColumnBatch(
                Scalar.STRING, 3, List.of(new Column.Slices("abc".getBytes(), new int[] {0, 1, 2, 3}, null)));
        ColumnBatch batch = new ColumnBatch(
                new Shape.PairOf(Scalar.LONG, value),
                2,
                List.of(
                        new Column.Longs(new long[] {5, 6, 99}, new long[] {2}),
                        new Column.Doubles(new double[] {0.5, 1.5}, null),
                        new Column.Ints(new int[] {0, 1}, null),
                        new Column.Bytes(new byte[] {1, 0}, null),
                        new Column.Lists(new int[] {0, 1, 3}, tags, null),
                        new Column.Lists(new int[] {0, 2, 2}, weights, null)));
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = open(fileOf(List.of(batch, batch)), allocator)) {
            assertThat(reader.getRecordBlocks()).hasSize(2);
            while (reader.loadNextBatch()) {
                assertThat(reader.getVectorSchemaRoot().contentToTSVString())
                        .isEqualTo("key\tvalue.price\tvalue.day\tvalue.paid\tvalue.tags\tvalue.weights\n"
                                + "5\t0.5\t0\ttrue\t[\"a\"]\t[0.5,2.0]\n"
                                + "null\t1.5\t1\tfalse\t[\"b\",\"c\"]\t[]\n");
            }
            Field items =
                    reader.getVectorSchemaRoot().getVector("value.weights").getField();
            assertThat(items.isNullable()).isTrue();
            assertThat(items.getChildren().get(0).isNullable()).isFalse();
        }
    }

    @Test
    void arrowsReaderOpensAFileOfAnyShape() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            RandomBatches random = new RandomBatches(new Random(seed));
            ColumnBatch first = random.next();
            ColumnBatch second = random.batch(first.shape(), 17);
            try (BufferAllocator allocator = new RootAllocator();
                    ArrowFileReader reader = open(fileOf(List.of(first, second)), allocator)) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                for (ColumnBatch batch : List.of(first, second)) {
                    assertThat(reader.loadNextBatch()).as("seed %d", seed).isTrue();
                    assertThat(root.getRowCount()).as("seed %d", seed).isEqualTo(batch.rows());
                    assertNulls("seed " + seed, root, batch);
                }
                assertThat(reader.loadNextBatch()).as("seed %d", seed).isFalse();
            }
        }
    }

    @Test
    void arrowsReaderAndOursFindTheMetadataOfTheFooter() throws Exception {
        Map<String, String> metadata = Map.of("quiver.shuffle", "7", "who", "executor \u00e9");
        ColumnBatch batch = new ColumnBatch(Scalar.LONG, 1, List.of(new Column.Longs(new long[] {5}, null)));
        byte[] file = fileOf(List.of(batch, batch), BodyCodec.NONE, metadata);
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = open(file, allocator)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(reader.getMetaData()).isEqualTo(metadata);
        }
        int trailer = file.length - ArrowFileFormat.TRAILER_BYTES;
        int length = ArrowFileFormat.footerBytes(Arrays.copyOfRange(file, trailer, file.length));
        byte[] schema = arrow.schemaMessage(batch);
        ArrowFileFormat.Summary summary =
                ArrowFileFormat.footer(Arrays.copyOfRange(file, trailer - length, trailer), schema);
        assertThat(summary.metadata()).isEqualTo(metadata);
        int message = arrow.batchMessage(batch).length;
        int first = ArrowFileFormat.HEAD_BYTES + schema.length;
        assertThat(summary.batches())
                .extracting(ArrowFileFormat.Block::offset)
                .containsExactly((long) first, (long) first + message);
    }

    @Test
    void arrowsReaderSeesTheSameInACompressedFile() throws Exception {
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD, BodyCodec.zstd(9))) {
            for (long seed = 0; seed < 200; seed++) {
                RandomBatches random = new RandomBatches(new Random(seed));
                ColumnBatch first = random.next();
                List<ColumnBatch> batches = List.of(first, random.batch(first.shape(), 1700));
                assertSame(codec + ", seed " + seed, fileOf(batches, codec), fileOf(batches, BodyCodec.NONE));
            }
        }
    }

    private static void assertSame(String description, byte[] compressed, byte[] plain) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader actual = open(compressed, allocator);
                ArrowFileReader expected = open(plain, allocator)) {
            while (expected.loadNextBatch()) {
                assertThat(actual.loadNextBatch()).as(description).isTrue();
                assertThat(actual.getVectorSchemaRoot().equals(expected.getVectorSchemaRoot()))
                        .as(description)
                        .isTrue();
            }
            assertThat(actual.loadNextBatch()).as(description).isFalse();
        }
    }

    private static void assertNulls(String description, VectorSchemaRoot root, ColumnBatch batch) {
        for (int column = 0; column < batch.columns().size(); column++) {
            for (int row = 0; row < batch.rows(); row++) {
                assertThat(root.getVector(column).isNull(row))
                        .as(description)
                        .isEqualTo(batch.columns().get(column).isNull(row));
                root.getVector(column).getObject(row);
            }
        }
    }

    private static ArrowFileReader open(byte[] file, BufferAllocator allocator) {
        return new ArrowFileReader(new ByteArrayReadableSeekableByteChannel(file), allocator, ArrowCodecs.INSTANCE);
    }

    private byte[] fileOf(List<ColumnBatch> batches) throws Exception {
        return fileOf(batches, BodyCodec.NONE, Map.of());
    }

    private byte[] fileOf(List<ColumnBatch> batches, BodyCodec codec) throws Exception {
        return fileOf(batches, codec, Map.of());
    }

    private byte[] fileOf(List<ColumnBatch> batches, BodyCodec codec, Map<String, String> metadata) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] schema = arrow.schemaMessage(batches.get(0));
        file.write(ArrowFileFormat.head());
        file.write(schema);
        List<ArrowFileFormat.Block> blocks = new ArrayList<>();
        for (ColumnBatch batch : batches) {
            byte[] message = arrow.batchMessage(batch, codec);
            blocks.add(ArrowFileFormat.block(file.size(), message));
            file.write(message);
        }
        file.write(ArrowFileFormat.tail(schema, blocks, metadata));
        return file.toByteArray();
    }
}
