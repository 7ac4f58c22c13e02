package dev.quiver.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.UsageException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    record Plain(int number, String text, double weight, LocalDate day) {}

    record WithEnum(TimeUnit unit, List<TimeUnit> more) {}

    record Modulo(int number) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Modulo modulo && modulo.number % 10 == number % 10;
        }

        @Override
        public int hashCode() {
            return number % 10;
        }
    }

    @Test
    void equalsHashCodeWhereThatDependsOnTheContentsAlone() {
        for (Object key : new Object[] {
            1, -5L, 2.5, "text", 'x', true, Pair.of("a", 1L), Pair.of(null, List.of(1, 2)), List.of("a", "b"),
            Arrays.asList(1, null), Set.of(1, 2, 3), Map.of("a", 1), Optional.of(3), Optional.empty(),
            LocalDate.of(2026, 1, 2), new Plain(1, "x", 0.5, LocalDate.of(2026, 1, 2)), new Modulo(13)
        }) {
            assertThat(KeyHash.of(key)).as("%s", key).isEqualTo(Objects.hashCode(key));
        }
        assertThat(KeyHash.of(new Modulo(13))).isEqualTo(KeyHash.of(new Modulo(3)));
    }

    @Test
    void countsEnumsByNameWhereverTheyStand() {
        int hours = "HOURS".hashCode();
        int days = "DAYS".hashCode();
        assertThat(KeyHash.of(TimeUnit.HOURS)).isEqualTo(hours);
        assertThat(KeyHash.of(Pair.of(TimeUnit.HOURS, TimeUnit.DAYS))).isEqualTo(31 * hours + days);
        assertThat(KeyHash.of(new WithEnum(TimeUnit.HOURS, List.of(TimeUnit.DAYS)))).isEqualTo(31 * hours + 31 + days);
    }

    @Test
    void refusesKeysThatHaveNoHashOfTheirContents() {
        HashPartitioner partitioner = new HashPartitioner(4);
        assertThat(partitioner.partition(null)).isZero();
        assertThatThrownBy(() -> partitioner.partition(new byte[1]))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a key of type byte[]");
        assertThatThrownBy(() -> partitioner.partition(new AtomicInteger(1))).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> partitioner.partition(Pair.of("a", new Object())))
                .hasMessageContaining("a key of java.lang.Object cannot be hashed by its contents");
    }
}
