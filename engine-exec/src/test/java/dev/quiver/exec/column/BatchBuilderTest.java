package dev.quiver.exec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BatchBuilderTest {
    private final ClassLoader loader = BatchBuilderTest.class.getClassLoader();
    private final ValueSerializer serializer = new KryoValueSerializer(loader);

    enum Color {
        RED,
        GREEN {}
    }

    record Inner(long id, String name, Color color) {}

    private record Outer(int number, Inner inner, List<String> tags, Object any, double ratio, Boolean flag) {}

    record Chain(int value, Chain next) {}

    record Nothing() {}

    @Test
    void everyScalarComesBackWithNulls() {
        List<List<Object>> columns = List.of(
                Arrays.asList(true, null, false),
                Arrays.asList((byte) -1, null, (byte) 3),
                Arrays.asList((short) -1, null, Short.MIN_VALUE),
                Arrays.asList(-1, null, Integer.MIN_VALUE),
                Arrays.asList(-1L, null, Long.MIN_VALUE),
                Arrays.asList(-0f, null, Float.NaN),
                Arrays.asList(-0d, null, Double.NaN),
                Arrays.asList('a', null, '\uffff'),
                Arrays.asList("", null, "aß€\ud83d\ude00\u0000"),
                Arrays.asList(LocalDate.MIN, null, LocalDate.MAX),
                Arrays.asList(LocalTime.MIN, null, LocalTime.MAX),
                Arrays.asList(LocalDateTime.MIN, null, LocalDateTime.MAX),
                Arrays.asList(Instant.MIN, null, Instant.MAX),
                Arrays.asList(
                        Duration.ofSeconds(Long.MIN_VALUE), null, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));
        for (List<Object> rows : columns) {
            ColumnBatch batch = build(Shape.UNKNOWN, rows);
            assertThat(batch.shape()).isInstanceOf(Shape.Scalar.class);
            assertThat(read(batch)).isEqualTo(rows);
            assertThat(batch.columns()).hasSize(ColumnLayout.columnCount(batch.shape()));
            assertThat(read(build(batch.shape(), rows))).isEqualTo(rows);
        }
        ColumnBatch bytes = build(Shape.UNKNOWN, Arrays.asList(new byte[] {1, 2}, null, new byte[0]));
        assertThat(bytes.shape()).isEqualTo(Shape.Scalar.BYTES);
        assertThat((byte[]) read(bytes).get(0)).containsExactly(1, 2);
    }

    @Test
    void recordsAreFlattenedIntoTheirComponents() {
        List<Object> rows = List.of(
                new Outer(1, new Inner(5, "a", Color.RED), List.of("x", "y"), 7L, 0.5, true),
                new Outer(2, new Inner(6, null, null), List.of(), 8L, -0.0, null),
                new Outer(3, new Inner(7, "c", Color.GREEN), null, null, Double.MAX_VALUE, false));
        ColumnBatch batch = build(Shape.UNKNOWN, rows);
        assertThat(batch.columns()).hasSize(8).hasSize(ColumnLayout.columnCount(batch.shape()));
        assertThat(read(batch)).isEqualTo(rows);
        assertThat(ShapeCodec.toText(batch.shape())).doesNotContain("opaque");
    }

    @Test
    void anOddRowMakesOnlyItsOwnPartOpaque() {
        List<Object> rows = List.of(Pair.of("a", 1), Pair.of("b", 2L), Pair.of("c", "three"));
        ColumnBatch batch = build(new Shape.PairOf(Shape.Scalar.STRING, Shape.Scalar.INT), rows);
        assertThat(batch.shape())
                .isEqualTo(new Shape.PairOf(
                        Shape.Scalar.STRING, new Shape.Opaque("mixed: java.lang.Integer and java.lang.Long")));
        assertThat(read(batch)).isEqualTo(rows);
    }

    @Test
    void mixedNullAndNestedRowsComeBackWhateverTheHint() {
        List<List<Object>> cases = List.of(
                List.of(),
                Arrays.asList((Object) null),
                Arrays.asList(null, null, Pair.of(1, null)),
                Arrays.asList(Pair.of(1, null), null),
                Arrays.asList(1L, "a", null, 2.5),
                Arrays.asList(List.of(), List.of(1), Arrays.asList(2, null), List.of("a"), null),
                Arrays.asList(new ArrayList<>(List.of(1)), new LinkedList<>(List.of(2))),
                Arrays.asList(Optional.empty(), null, Optional.of(new Inner(1, "a", Color.RED)), Optional.of("b")),
                Arrays.asList(new Chain(1, new Chain(2, null)), new Chain(3, null)),
                Arrays.asList("a", "\ud800", "\udc00b", "c"),
                Arrays.asList(new Nothing(), new Nothing()),
                Arrays.asList(Color.RED, Color.GREEN, null, Thread.State.NEW),
                Arrays.asList(UUID.fromString("6c84fb90-12c4-11e1-840d-7b25c5ee775a"), null),
                Arrays.asList(List.of(List.of(1L), List.of()), List.of(List.of(2L, 3L))),
                Arrays.asList(Pair.of(List.of(Pair.of(1, "a")), Optional.of(2)), Pair.of(null, null)));
        List<Shape> hints = List.of(
                Shape.UNKNOWN,
                Shape.Scalar.LONG,
                Shape.Scalar.STRING,
                new Shape.PairOf(Shape.UNKNOWN, Shape.Scalar.INT),
                new Shape.ListOf(Shape.Scalar.INT),
                new Shape.OptionalOf(Shape.UNKNOWN),
                new Shape.RecordOf("no.such.Record", List.of()),
                new Shape.EnumOf("no.such.Enum"),
                new Shape.Opaque("any"));
        for (List<Object> rows : cases) {
            for (Shape hint : hints) {
                ColumnBatch batch = build(hint, rows);
                assertThat(read(batch)).as("hint %s", hint).isEqualTo(rows);
                assertThat(batch.columns()).hasSize(ColumnLayout.columnCount(batch.shape()));
                assertThat(ShapeCodec.fromText(ShapeCodec.toText(batch.shape())))
                        .isEqualTo(batch.shape());
            }
        }
        assertThat(((List<?>) read(build(Shape.UNKNOWN, cases.get(6))).get(1))).isInstanceOf(LinkedList.class);
    }

    @Test
    void randomRowsComeBackAndCopyColumnWise() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Object> first = new ArrayList<>();
            List<Object> second = new ArrayList<>();
            Supplier<Object> kind = kind(random, 0);
            Supplier<Object> odd = random.nextInt(4) == 0 ? kind(random, 0) : kind;
            int rows = random.nextInt(300);
            for (int row = 0; row < rows; row++) {
                first.add(kind.get());
                second.add(random.nextInt(20) == 0 ? odd.get() : kind.get());
            }
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            first.forEach(builder::append);
            ColumnBatch left = builder.seal();
            second.forEach(builder::append);
            ColumnBatch right = builder.seal();
            assertThat(read(left)).as("seed %d", seed).isEqualTo(first);
            assertThat(read(right)).as("seed %d", seed).isEqualTo(second);
            assertThat(builder.appendAll(left)).as("seed %d", seed).isTrue();
            List<Object> expected = new ArrayList<>(first);
            if (builder.appendAll(right)) {
                expected.addAll(second);
            }
            if (!first.isEmpty()) {
                builder.append(first.get(0));
                expected.add(first.get(0));
            }
            assertThat(read(builder.seal())).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static Supplier<Object> kind(Random random, int depth) {
        Supplier<Object> plain = switch (random.nextInt(depth > 2 ? 7 : 11)) {
            case 0 -> random::nextLong;
            case 1 -> random::nextInt;
            case 2 -> random::nextDouble;
            case 3 -> () -> "s" + Long.toString(random.nextLong(), 36) + (char) (random.nextInt(0xD000));
            case 4 -> () -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case 5 -> () -> Color.values()[random.nextInt(2)];
            case 6 -> random::nextBoolean;
            case 7 -> {
                Supplier<Object> key = kind(random, depth + 1);
                Supplier<Object> value = kind(random, depth + 1);
                yield () -> Pair.of(key.get(), value.get());
            }
            case 8 -> {
                Supplier<Object> element = kind(random, depth + 1);
                yield () -> {
                    List<Object> list = new ArrayList<>();
                    for (int index = random.nextInt(4); index > 0; index--) {
                        list.add(element.get());
                    }
                    return list;
                };
            }
            case 9 -> {
                Supplier<Object> element = kind(random, depth + 1);
                yield () -> Optional.ofNullable(element.get());
            }
            default -> () -> new Inner(random.nextLong(), "n" + random.nextInt(), Color.RED);
        };
        int nullsOf = random.nextInt(3);
        return () -> nullsOf == 0 && random.nextInt(10) == 0 ? null : plain.get();
    }

    @Test
    void copyingIsRefusedWhenShapesDifferAndNothingChanges() {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
        builder.append(1L);
        assertThat(builder.appendAll(build(Shape.UNKNOWN, List.of("a")))).isFalse();
        assertThat(builder.rows()).isEqualTo(1);
        assertThat(read(builder.seal())).containsExactly(1L);
    }

    @Test
    void listsNestedWithoutEndAreOpaqueBelowSomeDepth() {
        Object nested = "core";
        for (int depth = 0; depth < 60; depth++) {
            nested = new ArrayList<>(List.of(nested));
        }
        assertThat(read(build(Shape.UNKNOWN, List.of(nested)))).containsExactly(nested);
    }

    @Test
    void aColumnBeyondTheLargestArrayIsAnErrorAndNeverWraps() {
        assertThat(ColumnWriter.grown(1 << 30, (1L << 30) + 1)).isEqualTo(Integer.MAX_VALUE - 16);
        assertThatThrownBy(() -> ColumnWriter.grown(1 << 30, 1L << 31))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void classesComeFromTheLoaderOfTheApplication() throws Exception {
        URL classes = Inner.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader isolated = new URLClassLoader(new URL[] {classes}, ValueSerializer.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                return name.startsWith(BatchBuilderTest.class.getName()) ? own(name) : super.loadClass(name, resolve);
            }

            private Class<?> own(String name) throws ClassNotFoundException {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }) {
            ValueSerializer its = new KryoValueSerializer(isolated);
            Object foreign = its.read(serializer.write(new Inner(1, "a", Color.RED)));
            assertThat(foreign.getClass()).isNotEqualTo(Inner.class);
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, its, isolated);
            builder.append(foreign);
            ColumnBatch batch = builder.seal();
            assertThat(new RowReader(batch, its, isolated).row(0)).isEqualTo(foreign);
            assertThat(new RowReader(batch, serializer, loader).row(0)).isEqualTo(new Inner(1, "a", Color.RED));
        }
        ColumnBatch batch = build(Shape.UNKNOWN, List.of(new Inner(1, "a", Color.RED)));
        ClassLoader without = ClassLoader.getPlatformClassLoader();
        assertThatThrownBy(() -> new RowReader(batch, serializer, without))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining(Inner.class.getName());
    }

    @Test
    void manySmallBuildersCostLittle() {
        ColumnBatch batch = build(Shape.UNKNOWN, List.of(Pair.of("a", 1L)));
        assertThat(batch.sizeBytes()).isLessThan(2000);
    }

    @Test
    void damagedShapeTextIsAnErrorThatSaysWhere() {
        for (String text : List.of(
                "",
                "2:long",
                "1:",
                "1:pair(long",
                "1:pair(long,)",
                "1:longs",
                "1:long)",
                "1:enum(\"a",
                "1:" + "list(".repeat(10_000))) {
            assertThatThrownBy(() -> ShapeCodec.fromText(text)).isInstanceOf(QuiverException.class);
        }
    }

    private ColumnBatch build(Shape hint, List<Object> rows) {
        BatchBuilder builder = new BatchBuilder(hint, serializer, loader);
        rows.forEach(builder::append);
        assertThat(builder.rows()).isEqualTo(rows.size());
        return builder.seal();
    }

    private List<Object> read(ColumnBatch batch) {
        RowReader reader = new RowReader(batch, serializer, loader);
        Object[] rows = new Object[Math.max(1, batch.rows())];
        int count = reader.read(0, rows);
        List<Object> list = new ArrayList<>(Arrays.asList(rows).subList(0, count));
        for (int row = 0; row < count; row++) {
            assertThat(Objects.deepEquals(reader.row(row), list.get(row))).isTrue();
        }
        return list;
    }
}
