package dev.quiver.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.function.MapFunction;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShapesTest {
    enum Color {
        RED {
            @Override
            String hex() {
                return "f00";
            }
        };

        abstract String hex();
    }

    record Point(int x, double y) {}

    record Order(
            String id,
            LocalDate day,
            Color color,
            List<Point> path,
            Optional<Long> discount,
            Pair<String, byte[]> extra) {}

    record Tree(int value, List<Tree> children) {}

    record Box<T>(T content) {}

    static final class Bean {}

    static Pair<String, Point> parse(String line) {
        return Pair.of(line, new Point(1, 2));
    }

    private static <T, R> Shape of(MapFunction<T, R> function) {
        return Shapes.ofFunction(function, Shape.UNKNOWN);
    }

    @Test
    void readsLambdas() {
        int captured = 3;
        assertThat(ShapesTest.<String, Integer>of(text -> text.length() + captured))
                .isEqualTo(Shape.Scalar.INT);
        assertThat(ShapesTest.<String, Point>of(text -> new Point(1, 2)))
                .hasToString("ShapesTest$Point[x: int, y: double]");
        assertThat(ShapesTest.<Long, Instant>of(Instant::ofEpochMilli)).isEqualTo(Shape.Scalar.INSTANT);
        assertThat(ShapesTest.<String, Pair<String, Long>>of(text -> Pair.of(text, 1L)))
                .isEqualTo(new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN));
        assertThat(ShapesTest.<String, Object>of(text -> text)).isEqualTo(Shape.UNKNOWN);
        assertThat(ShapesTest.<String, byte[]>of(text -> text.getBytes())).isEqualTo(Shape.Scalar.BYTES);
        assertThat(ShapesTest.<String, char[]>of(String::toCharArray)).hasToString("char[]");
    }

    @Test
    void readsMethodReferencesWithTheirGenerics() {
        assertThat(ShapesTest.<String, Integer>of(String::length)).isEqualTo(Shape.Scalar.INT);
        assertThat(ShapesTest.<String, Pair<String, Point>>of(ShapesTest::parse))
                .hasToString("(string, ShapesTest$Point[x: int, y: double])");
        assertThat(ShapesTest.<Order, List<Point>>of(Order::path))
                .isEqualTo(new Shape.ListOf(Shapes.ofClass(Point.class)));
        assertThat(ShapesTest.<String, Box<String>>of(Box::new)).isInstanceOf(Shape.RecordOf.class);
        assertThat(ShapesTest.<Box<String>, String>of(Box::content)).isEqualTo(Shape.Scalar.STRING);
    }

    @Test
    void knowsArraysOfPrimitivesAndNoOthers() {
        assertThat(Shapes.ofClass(double[].class)).isEqualTo(new Shape.ArrayOf(Shape.Scalar.DOUBLE));
        assertThat(Shapes.ofValues(List.of(new int[] {1}, new int[0]))).isEqualTo(new Shape.ArrayOf(Shape.Scalar.INT));
        assertThat(Shapes.ofValues(List.of(new int[] {1}, new long[0]))).isEqualTo(Shape.UNKNOWN);
        assertThat(Shapes.ofClass(int[][].class)).isEqualTo(new Shape.Opaque("int[][]"));
        assertThat(Shapes.ofClass(String[].class)).isEqualTo(new Shape.Opaque("java.lang.String[]"));
        assertThatThrownBy(() -> new Shape.ArrayOf(Shape.Scalar.BYTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BYTES for byte[]");
    }

    @Test
    void takesTheSidesOfAPairFromWhatIsKnownOfIt() {
        Shape input = new Shape.PairOf(Shape.Scalar.LONG, new Shape.ListOf(Shape.Scalar.STRING));
        MapFunction<Pair<Long, List<String>>, List<String>> value = Pair::value;
        MapFunction<Pair<Long, List<String>>, Long> key = Pair::key;
        assertThat(Shapes.ofFunction(value, input)).isEqualTo(new Shape.ListOf(Shape.Scalar.STRING));
        assertThat(Shapes.ofFunction(key, input)).isEqualTo(Shape.Scalar.LONG);
    }

    @Test
    void flattensRecordsDownToTheirComponents() {
        assertThat(Shapes.ofClass(Order.class).toString())
                .startsWith("ShapesTest$Order[id: string, day: local_date, color: EnumOf")
                .endsWith("extra: (string, bytes)]");
        assertThat(((Shape.RecordOf) Shapes.ofClass(Order.class))
                        .components()
                        .get(4)
                        .shape())
                .isEqualTo(new Shape.OptionalOf(Shape.Scalar.LONG));
        assertThat(((Shape.RecordOf) Shapes.ofClass(Tree.class))
                        .components()
                        .get(1)
                        .shape())
                .isEqualTo(new Shape.ListOf(new Shape.Opaque("record Tree contains itself")));
        assertThat(((Shape.RecordOf) Shapes.ofClass(Box.class))
                        .components()
                        .get(0)
                        .shape())
                .isEqualTo(Shape.UNKNOWN);
    }

    @Test
    void leavesToTheRowsWhatTypesDoNotSay() {
        assertThat(Shapes.ofClass(Number.class)).isEqualTo(Shape.UNKNOWN);
        assertThat(Shapes.ofClass(List.class)).isEqualTo(Shape.UNKNOWN);
        assertThat(Shapes.ofClass(Bean.class)).isEqualTo(new Shape.Opaque(Bean.class.getName()));
        assertThat(Shapes.ofClass(Color.RED.getClass())).isEqualTo(new Shape.EnumOf(Color.class.getName()));
        assertThat(Shapes.ofValues(Arrays.asList(1, null, 2))).isEqualTo(Shape.Scalar.INT);
        assertThat(Shapes.ofValues(List.of(1, "x"))).isEqualTo(Shape.UNKNOWN);
        assertThat(Shapes.ofValues(List.of())).isEqualTo(Shape.UNKNOWN);
    }
}
