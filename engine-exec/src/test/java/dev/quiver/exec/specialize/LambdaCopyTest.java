package dev.quiver.exec.specialize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.exec.task.UserLine;
import dev.quiver.function.MapFunction;
import java.util.List;
import org.junit.jupiter.api.Test;

class LambdaCopyTest {
    private static final long SECRET = 5;

    @SuppressWarnings("unchecked")
    private static <T> MapFunction<Object, Object> erased(MapFunction<T, ?> function) {
        return (MapFunction<Object, Object>) (MapFunction<?, ?>) function;
    }

    private static long hidden(long value) {
        return value + SECRET;
    }

    @Test
    void aCopyReturnsWhatTheLambdaReturns() throws Exception {
        List<MapFunction<Object, Object>> lambdas = List.of(
                erased((Long x) -> Pair.of(x * 3, x)),
                erased((Long x) -> Pair.of(hidden(x), x % 2 == 0 ? "even" : "odd")),
                erased((Long x) -> new Pair<>((int) (long) x, (double) x)),
                erased((Long x) -> {
                    long rest = x % 7;
                    if (rest > 3) {
                        rest -= 7;
                    }
                    return Pair.of(rest, Pair.of((short) rest, (char) (long) x));
                }));
        for (MapFunction<Object, Object> lambda : lambdas) {
            MapFunction<Object, Object> copy = LambdaCopy.of(lambda);
            assertThat(copy).isNotSameAs(lambda);
            for (long x = -300; x < 300; x++) {
                assertThat(copy.call(x)).isEqualTo(lambda.call(x));
            }
        }
    }

    @Test
    void aLambdaWithoutStateHasOneCopyAndOneWithStateACopyEach() throws Exception {
        MapFunction<Object, Object> plain = erased((Long x) -> Pair.of(x + 1, x));
        assertThat(LambdaCopy.of(plain)).isSameAs(LambdaCopy.of(plain));
        assertThat(FunctionIdentity.isConstant(LambdaCopy.of(plain))).isTrue();
        MapFunction<Object, Object> two = adding(2, "a");
        MapFunction<Object, Object> three = adding(3, "b");
        assertThat(LambdaCopy.of(two).call(1L)).isEqualTo(Pair.of(3L, "a"));
        assertThat(LambdaCopy.of(three).call(1L)).isEqualTo(Pair.of(4L, "b"));
        assertThat(LambdaCopy.of(two).getClass()).isSameAs(LambdaCopy.of(three).getClass());
    }

    private static MapFunction<Object, Object> adding(int amount, String name) {
        return erased((Long x) -> Pair.of(x + amount, name));
    }

    @Test
    void whatHasNothingToWinOrCannotBeCopiedStaysItself() {
        List<MapFunction<Object, Object>> others = List.of(
                erased((Long x) -> x + 1),
                erased((String x) -> Pair.of(x, x)),
                erased((Long x) ->
                        Pair.of(x + 1, List.of(x).stream().map(y -> y + 1).toList())),
                erased((Long x) -> {
                    try {
                        return Pair.of(hidden(x), x);
                    } catch (RuntimeException failure) {
                        return null;
                    }
                }),
                new MapFunction<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public Object call(Object value) {
                        return Pair.of((Long) value + 1, value);
                    }
                });
        assertThat(others)
                .allSatisfy(function -> assertThat(LambdaCopy.of(function)).isSameAs(function));
    }

    @Test
    void aFailureNamesTheLineOfTheLambda() {
        MapFunction<Object, Object> failing = erased((Long x) -> {
            long one = x + 1;
            return Pair.of(one / (x - 1), one);
        });
        assertThat(LambdaCopy.of(failing)).isNotSameAs(failing);
        String line = lineOf(failing);
        assertThat(line).contains("LambdaCopyTest.java:");
        assertThat(lineOf(LambdaCopy.of(failing))).isEqualTo(line);
        assertThatThrownBy(() -> LambdaCopy.of(failing).call("no number")).isInstanceOf(ClassCastException.class);
    }

    private static String lineOf(MapFunction<Object, Object> function) {
        try {
            function.call(1L);
            return "no failure";
        } catch (Exception failure) {
            StackTraceElement frame = failure.getStackTrace()[0];
            return frame.getMethodName() + "(" + frame.getFileName() + ":" + frame.getLineNumber() + ") "
                    + UserLine.isThrownByEngine(failure);
        }
    }
}
