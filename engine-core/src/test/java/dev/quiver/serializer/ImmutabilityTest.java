package dev.quiver.serializer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.function.MapFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ImmutabilityTest {
    private record Scale(double factor, String name) implements MapFunction<Double, Double> {
        @Override
        public Double call(Double value) {
            return value * factor;
        }
    }

    private record Holding(Object held) implements Serializable {}

    private record Replaced(int number) implements Serializable {
        Object writeReplace() {
            return "replaced";
        }
    }

    private static final class Ordinary implements MapFunction<Long, Long> {
        private static final long serialVersionUID = 1;

        @Override
        public Long call(Long value) {
            return value;
        }
    }

    private static MapFunction<Long, Long> lambda(MapFunction<Long, Long> function) {
        return function;
    }

    @Test
    void valuesAreImmutable() {
        assertThat(new Object[] {null, 1, 2L, 3.0, 'c', true, "text", TimeUnit.DAYS, String.class})
                .allMatch(Immutability::of);
    }

    @Test
    void lambdasAndRecordsAreAsImmutableAsWhatTheyHold() {
        long number = 7;
        String text = "text";
        long[] array = {1};
        List<Long> list = new ArrayList<>();
        AtomicLong counter = new AtomicLong();
        MapFunction<Long, Long> plain = value -> value + number + text.length();

        assertThat(Immutability.of(lambda(value -> value + 1))).isTrue();
        assertThat(Immutability.of(lambda(Math::abs))).isTrue();
        assertThat(Immutability.of(plain)).isTrue();
        assertThat(Immutability.of(new Scale(2, "twice"))).isTrue();
        assertThat(Immutability.of(new Holding(plain))).isTrue();
        assertThat(Immutability.of(new Holding(null))).isTrue();

        assertThat(Immutability.of(lambda(value -> value + array[0]))).isFalse();
        assertThat(Immutability.of(lambda(value -> value + list.size()))).isFalse();
        assertThat(Immutability.of(lambda(value -> counter.incrementAndGet()))).isFalse();
        assertThat(Immutability.of(new Holding(new Holding(array)))).isFalse();
        assertThat(Immutability.of(lambda(new Ordinary()::call))).isFalse();
    }

    @Test
    void whatItCannotJudgeIsNotImmutable() {
        assertThat(Immutability.of(new Ordinary())).isFalse();
        assertThat(Immutability.of(new Replaced(1))).isFalse();
        assertThat(Immutability.of(new int[0])).isFalse();
        Object deep = "bottom";
        for (int level = 0; level < 20; level++) {
            deep = new Holding(deep);
        }
        assertThat(Immutability.of(deep)).isFalse();
    }
}
