package dev.quiver.exec.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.value.KryoValueSerializer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class StateSizesTest {
    private static final long SEED = 5;
    private static final ClassLoader LOADER = StateSizesTest.class.getClassLoader();

    private final Random random = new Random(SEED);
    private final RowSizes rows = new RowSizes(new KryoValueSerializer(LOADER), LOADER);
    private final StateSizes sizes = new StateSizes(rows);
    private final Map<Object, Object> states = new HashMap<>();

    @Test
    void listsThatGrowAreCountedWhicheverKeysTheyBelongTo() {
        for (int skew : new int[] {1, 2, 50}) {
            states.clear();
            sizes.clear();
            merge(
                    200_000,
                    row -> Pair.of(row % skew == 0 ? -1 : random.nextInt(5000), "value " + row),
                    (list, value) -> {
                        List<Object> all = list == null ? new ArrayList<>() : asList(list);
                        all.add(value);
                        return all;
                    });
            assertThat(sizes.bytes()).as("seed %d, one in %d", SEED, skew).isBetween(held() / 10 * 7, held() / 10 * 14);
        }
    }

    @Test
    void sumsCostNoMoreHoweverManyRowsCome() {
        merge(
                300_000,
                row -> Pair.of(random.nextInt(1000), (long) row),
                (sum, value) -> sum == null ? value : (Object) ((long) sum + (long) value));
        assertThat(sizes.bytes()).as("seed %d", SEED).isLessThan(8 * held());
    }

    @Test
    void whatOnlyTheSerializerKnowsIsSeenToGrow() {
        merge(100_000, row -> Pair.of(row % 4, row * 64L), (bits, value) -> {
            BitSet set = bits == null ? new BitSet() : (BitSet) bits;
            set.set((int) (long) value);
            return set;
        });
        long real = states.values().stream()
                .mapToLong(bits -> ((BitSet) bits).size() / 8)
                .sum();
        assertThat(sizes.bytes()).as("seed %d", SEED).isBetween(real / 2, real * 20);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(Object list) {
        return (List<Object>) list;
    }

    private long held() {
        return states.entrySet().stream()
                .mapToLong(entry -> rows.of(entry.getKey()) + rows.of(entry.getValue()))
                .sum();
    }

    private void merge(int count, IntFunction<Pair<?, ?>> row, BiFunction<Object, Object, Object> merge) {
        int told = 0;
        long bytes = 0;
        for (int index = 0; index < count; index++) {
            Pair<?, ?> pair = row.apply(index);
            boolean looks = sizes.looks();
            Object before = states.get(pair.key());
            if (looks) {
                sizes.before(before);
            }
            Object state = merge.apply(before, pair.value());
            states.put(pair.key(), state);
            if (looks) {
                sizes.after(pair, before == null ? Pair.of(pair.key(), state) : state);
            }
            bytes += rows.of(pair);
            if (++told == 1000) {
                sizes.merged(told, random.nextBoolean() ? bytes : -1);
                told = 0;
                bytes = 0;
            }
        }
    }
}
