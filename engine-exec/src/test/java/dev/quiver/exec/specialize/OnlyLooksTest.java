package dev.quiver.exec.specialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class OnlyLooksTest {
    private static Object kept;
    private static final double[][] TABLE = new double[1][];

    /** A row: final, as records are, with arrays in it. */
    record Point(double[] features, double label, String name) implements Serializable {
        double dot(double[] weights) {
            double sum = 0;
            for (int index = 0; index < weights.length; index++) {
                sum += weights[index] * features[index];
            }
            return sum;
        }

        double[] addTo(double[] sum) {
            for (int index = 0; index < sum.length; index++) {
                sum[index] += features()[index] * label;
            }
            return sum;
        }

        Point itself(int depth) {
            return depth == 0 ? this : itself(depth - 1);
        }

        void keep() {
            kept = features;
        }

        static double norm(double[] of) {
            return Math.sqrt(Arrays.stream(of.clone()).map(each -> each * each).sum());
        }
    }

    /** Another class may have another method in its place. */
    static class Model implements Serializable {
        double predict(double[] features) {
            return features[0];
        }

        final double predictFinally(double[] features) {
            return features[0];
        }
    }

    private static final class Cell implements Serializable {
        double[] content;
    }

    private static MapFunction<Point, ?> map(MapFunction<Point, ?> function) {
        return function;
    }

    private static MergeFunction<double[], Point, double[]> fold(MergeFunction<double[], Point, double[]> function) {
        return function;
    }

    private static double[] orElse(double[] array, double[] other) {
        return array == null ? other : array;
    }

    @Test
    void isProvedOfFunctionsThatComputeFromWhatTheyAreGiven() {
        double[] weights = {1, 2};
        int shift = 3;
        Map<String, MapFunction<Point, ?>> looking = new LinkedHashMap<>();
        looking.put("a primitive", map(Point::label));
        looking.put("a text, which cannot change", map(Point::name));
        looking.put("an element", map(point -> point.features()[0]));
        looking.put("a loop in a method", map(point -> point.dot(weights)));
        looking.put("a loop of its own", map(point -> {
            double largest = Double.NEGATIVE_INFINITY;
            double[] features = point.features();
            for (double feature : features) {
                largest = feature > largest ? feature : largest;
            }
            return largest;
        }));
        looking.put("elements that are changed", map(point -> {
            point.features()[0] += shift;
            return ++point.features()[1];
        }));
        looking.put("copies", map(point -> {
            double[] copy = Arrays.copyOf(point.features(), 5);
            System.arraycopy(point.features(), 0, copy, 2, 2);
            kept = point.features().clone();
            return copy;
        }));
        looking.put("a static method", map(point -> Point.norm(point.features())));
        looking.put("a final method", map(point -> new Model().predictFinally(point.features())));
        looking.put("a choice between its arrays", map(point -> {
            double[] chosen = point.label() > 0 ? point.features() : weights;
            return chosen.length + orElse(chosen, point.features())[0] + shift;
        }));
        looking.put("a switch", map(point -> switch (point.features().length) {
            case 0 -> 1L;
            case 1, 2 -> (long) point.features()[0] << 3;
            default -> 2L;
        }));
        looking.put("an error of its own", map(point -> {
            if (point.features().length > 40) {
                throw new IllegalArgumentException("too long: " + point.features().length);
            }
            try {
                return point.features()[2];
            } catch (ArrayIndexOutOfBoundsException shorter) {
                throw new IllegalStateException("short", shorter);
            }
        }));
        looking.put("a check", map(point -> Objects.requireNonNull(point.features())[0]));
        looking.forEach((what, function) ->
                assertThat(OnlyLooks.at(function, 0)).as(what).isTrue());
        assertThat(OnlyLooks.at(fold((sum, point) -> point.addTo(sum)), 1)).isTrue();
        assertThat(OnlyLooks.at(fold((sum, point) -> point.label() > 0 ? point.addTo(sum) : sum), 1))
                .isTrue();
    }

    @Test
    void isDeniedOfFunctionsThatKeepOrReturnAPart() {
        Cell cell = new Cell();
        Model model = new Model();
        List<double[]> list = new ArrayList<>();
        Map<String, MapFunction<Point, ?>> keeping = new LinkedHashMap<>();
        keeping.put("the row", map(point -> point));
        keeping.put("the row, after a while", map(point -> point.itself(3)));
        keeping.put("an array", map(Point::features));
        keeping.put("an array, sometimes", map(point -> point.label() > 0 ? null : point.features()));
        keeping.put("an array that waited in a local", map(point -> {
            double[] before = null;
            double[] last = null;
            for (int round = 0; round < 2; round++) {
                before = last;
                last = point.features();
            }
            return before;
        }));
        keeping.put("in a pair", map(point -> Pair.of(1, point.features())));
        keeping.put("in another row", map(point -> new Point(point.features(), 0, "")));
        keeping.put("in an array", map(point -> {
            TABLE[0] = point.features();
            return 0;
        }));
        keeping.put("in a static field", map(point -> {
            kept = point.features();
            return 0;
        }));
        keeping.put("in a static field, by a method", map(point -> {
            point.keep();
            return 0;
        }));
        keeping.put("in a field", map(point -> {
            cell.content = point.features();
            return 0;
        }));
        keeping.put("in a list", map(point -> list.add(point.features())));
        keeping.put("in a buffer", map(point -> ByteBuffer.wrap(new byte[8]).putInt(point.hashCode())));
        keeping.put("in a lambda", map(point -> {
            Callable<Integer> later = () -> point.features().length;
            kept = later;
            return 0;
        }));
        keeping.put("as text", map(point -> "point " + point));
        keeping.put("by a method that may be another", map(point -> model.predict(point.features())));
        keeping.put("as a lock", map(point -> {
            synchronized (point.features()) {
                return point.label();
            }
        }));
        keeping.put("thrown", map(point -> {
            Object array = point.features();
            throw (RuntimeException) array;
        }));
        keeping.put("by an unknown method", map(point -> List.of(point.features())));
        keeping.forEach((what, function) ->
                assertThat(OnlyLooks.at(function, 0)).as(what).isFalse());
        assertThat(OnlyLooks.at(fold((sum, point) -> point.features()), 1)).isFalse();
        assertThat(OnlyLooks.at(fold((sum, point) -> point.label() > 0 ? point.features() : sum), 1))
                .isFalse();
        assertThat(OnlyLooks.at(fold((sum, point) -> point.addTo(sum)), 0))
                .as("the sum, which is returned")
                .isFalse();
    }

    @Test
    void isDeniedOfFunctionsThatAreNoLambdas() {
        MapFunction<Point, Object> ordinary = new MapFunction<>() {
            private static final long serialVersionUID = 1;

            @Override
            public Object call(Point point) {
                return point.label();
            }
        };
        assertThat(OnlyLooks.at(ordinary, 0)).isFalse();
    }
}
