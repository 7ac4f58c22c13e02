package dev.quiver.exec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrimitiveArraysTest {
    private static final List<Class<?>> ELEMENTS = List.of(
            boolean.class, byte.class, short.class, char.class, int.class, long.class, float.class, double.class);

    private final ClassLoader loader = PrimitiveArraysTest.class.getClassLoader();
    private final ValueSerializer serializer = new KryoValueSerializer(loader);

    /** A row with arrays among its components. */
    record Point(double[] features, double label, int[] counts) {}

    @Test
    void everyKindOfArrayComesBackWithNullsAndEmptyOnes() {
        for (Class<?> element : ELEMENTS) {
            Random random = new Random(element.hashCode());
            for (long seed = 0; seed < 20; seed++) {
                random.setSeed(seed);
                List<Object> rows = new ArrayList<>();
                for (int row = random.nextInt(300); row > 0; row--) {
                    rows.add(random.nextInt(10) == 0 ? null : array(random, element));
                }
                Shape shape = Shapes.ofClass(element.arrayType());
                for (Shape hint : List.of(shape, Shape.UNKNOWN, Shape.Scalar.LONG)) {
                    ColumnBatch batch = build(hint, rows);
                    assertThat(describe(read(batch)))
                            .as("%s, seed %d", element, seed)
                            .isEqualTo(describe(rows));
                    if (hint != Shape.Scalar.LONG && rows.stream().anyMatch(row -> row != null)) {
                        assertThat(batch.shape()).isEqualTo(shape);
                    }
                }
            }
        }
    }

    @Test
    void arraysInsideOtherValuesComeBack() {
        Random random = new Random(5);
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 500; row++) {
            double[] features =
                    random.nextInt(5) == 0 ? null : random.doubles(row % 7).toArray();
            Point point = new Point(features, row, new int[] {row});
            rows.add(Pair.of(List.of(new long[] {row}, new long[0]), Pair.of(Optional.of(new char[] {'x'}), point)));
        }
        ColumnBatch batch = build(Shape.UNKNOWN, rows);
        assertThat(batch.shape().toString())
                .contains("double[]", "int[]", "long[]", "char[]")
                .doesNotContain("opaque");
        assertThat(describe(read(batch))).isEqualTo(describe(rows));
    }

    @Test
    void mixedKindsOfArraysAreOpaqueAndComeBack() {
        List<Object> rows = List.of(new int[] {1}, new long[] {2}, "three", new int[0], new int[][] {{4}});
        ColumnBatch batch = build(Shape.UNKNOWN, rows);
        assertThat(batch.shape()).isInstanceOf(Shape.Opaque.class);
        assertThat(describe(read(batch))).isEqualTo(describe(rows));
    }

    @Test
    void columnsOfArraysAreCopiedOneBehindTheOther() {
        for (Class<?> element : ELEMENTS) {
            Random random = new Random(9);
            List<Object> rows = new ArrayList<>();
            BatchBuilder whole = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            for (int part = 0; part < 5; part++) {
                List<Object> some = new ArrayList<>();
                for (int row = 0; row < 100; row++) {
                    some.add(random.nextInt(10) == 0 ? null : array(random, element));
                }
                some.add(array(random, element));
                assertThat(whole.appendAll(build(Shape.UNKNOWN, some))).isTrue();
                rows.addAll(some);
            }
            assertThat(describe(read(whole.seal()))).as("%s", element).isEqualTo(describe(rows));
        }
    }

    @Test
    void aRowMadeOfColumnsHasArraysOfItsOwn() {
        ColumnBatch batch = build(Shape.UNKNOWN, List.of(new double[] {1, 2}));
        RowReader reader = new RowReader(batch, serializer, loader);
        ((double[]) reader.row(0))[0] = 99;
        assertThat((double[]) reader.row(0)).containsExactly(1, 2);
    }

    @Test
    void recordsWithArraysTakeLittleMoreMemoryThanTheirNumbers() {
        BatchBuilder builder = new BatchBuilder(Shapes.ofClass(Point.class), serializer, loader);
        ColumnBatch batch = null;
        for (int round = 0; round < 2; round++) {
            for (int row = 0; row < 11_000; row++) {
                builder.append(new Point(new double[10], row, new int[0]));
            }
            batch = builder.seal();
        }
        int numbers = 10 * 8 + 8;
        assertThat(batch.sizeBytes() / (double) batch.rows()).isBetween(numbers + 8.0, numbers * 1.1 + 8);
    }

    @Test
    void theTextOfAShapeNamesTheElementsAndRefusesOthers() {
        for (Class<?> element : ELEMENTS) {
            Shape shape = new Shape.ListOf(Shapes.ofClass(element.arrayType()));
            assertThat(ShapeCodec.fromText(ShapeCodec.toText(shape))).isEqualTo(shape);
        }
        for (String text :
                List.of("1:array(byte)", "1:array(string)", "1:array(long", "1:array(list(long))", "1:array")) {
            assertThatThrownBy(() -> ShapeCodec.fromText(text)).as(text).isInstanceOf(QuiverException.class);
        }
    }

    private static Object array(Random random, Class<?> element) {
        Object array = Array.newInstance(element, random.nextInt(3) == 0 ? 0 : random.nextInt(40));
        for (int index = 0; index < Array.getLength(array); index++) {
            long bits = random.nextLong();
            Object value = element == boolean.class
                    ? (Object) (bits < 0)
                    : element == byte.class
                            ? (Object) (byte) bits
                            : element == short.class
                                    ? (Object) (short) bits
                                    : element == char.class
                                            ? (Object) (char) bits
                                            : element == int.class
                                                    ? (Object) (int) bits
                                                    : element == long.class
                                                            ? (Object) bits
                                                            : element == float.class
                                                                    ? (Object) Float.intBitsToFloat((int) bits)
                                                                    : (Object) Double.longBitsToDouble(bits);
            Array.set(array, index, value);
        }
        return array;
    }

    private ColumnBatch build(Shape hint, List<Object> rows) {
        BatchBuilder builder = new BatchBuilder(hint, serializer, loader);
        rows.forEach(builder::append);
        return builder.seal();
    }

    private List<Object> read(ColumnBatch batch) {
        RowReader reader = new RowReader(batch, serializer, loader);
        Object[] rows = new Object[Math.max(1, batch.rows())];
        List<Object> list = new ArrayList<>();
        int count = reader.read(0, rows);
        for (int row = 0; row < count; row++) {
            assertThat(describe(reader.row(row))).isEqualTo(describe(rows[row]));
            list.add(rows[row]);
        }
        return list;
    }

    /** In text, with arrays by class and content. */
    private static String describe(Object value) {
        if (value instanceof Pair<?, ?> pair) {
            return "(" + describe(pair.key()) + ", " + describe(pair.value()) + ")";
        }
        if (value instanceof Point point) {
            return describe(point.features()) + point.label() + describe(point.counts());
        }
        if (value instanceof List<?> list) {
            return list.stream().map(PrimitiveArraysTest::describe).toList().toString();
        }
        if (value instanceof Optional<?> optional) {
            return optional.map(PrimitiveArraysTest::describe).toString();
        }
        if (value == null || !value.getClass().isArray()) {
            return String.valueOf(value);
        }
        StringBuilder text = new StringBuilder(value.getClass().getSimpleName());
        for (int index = 0; index < Array.getLength(value); index++) {
            text.append(' ').append(describe(Array.get(value, index)));
        }
        return text.toString();
    }
}
