package dev.quiver.shuffle.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.task.BlockSizes;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of the sizes of a map output for many reduce partitions. */
class MeanSizesTest {
    private static final int MANY = MeanSizes.ALL_KEPT + 1;

    /** Sizes of which about so many percent are zero. */
    private static byte[] codes(Random random, int count, int emptyPercent) {
        byte[] codes = new byte[count];
        for (int reduce = 0; reduce < count; reduce++) {
            codes[reduce] = random.nextInt(100) < emptyPercent ? 0 : BlockSizes.encode(1 + random.nextInt(100_000));
        }
        return codes;
    }

    @Test
    void knowsExactlyForWhichPartitionsThereAreRows() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int count = random.nextBoolean() ? MANY + random.nextInt(500) : 1 + random.nextInt(200);
            byte[] codes = codes(random, count, new int[] {0, 1, 50, 99, 100}[random.nextInt(5)]);
            MeanSizes sizes = MeanSizes.of(codes, Integer.MAX_VALUE);
            for (int reduce = 0; reduce < count; reduce++) {
                boolean full = codes[reduce] != 0;
                assertThat(sizes.presence().has(reduce))
                        .as("seed %d, partition %d", seed, reduce)
                        .isEqualTo(full);
                assertThat(sizes.bytes(reduce) > 0)
                        .as("seed %d, partition %d", seed, reduce)
                        .isEqualTo(full);
            }
        }
    }

    @Test
    void whereItIsNotKnownWhichHaveRowsAllAreToldTheMeanOfAll() {
        byte[] codes = new byte[10_000];
        for (int reduce = 0; reduce < codes.length; reduce += 2) {
            codes[reduce] = BlockSizes.encode(1_000);
        }
        MeanSizes exact = MeanSizes.of(codes, 1_250);
        MeanSizes bounded = MeanSizes.of(codes, 1_249);
        assertThat(exact.presence().has(1)).isFalse();
        assertThat(bounded.presence()).isSameAs(Presence.PERHAPS);
        assertThat(bounded.bytes(1)).isEqualTo(exact.bytes(0) / 2).isEqualTo(bounded.bytes(0));
    }

    @Test
    void keepsOfManyTheMeanAndThoseFarAboveIt() {
        byte[] codes = codes(new Random(2), 5_000, 0);
        codes[77] = BlockSizes.encode(50_000_000);
        codes[4_000] = BlockSizes.encode(90_000_000);
        MeanSizes sizes = MeanSizes.of(codes, Integer.MAX_VALUE);

        assertThat(sizes.large()).containsExactly(77, 4_000);
        assertThat(sizes.bytes(77)).isEqualTo(BlockSizes.decode(codes[77]));
        assertThat(sizes.bytes(78)).isEqualTo(sizes.mean()).isBetween(45_000L, 60_000L);
        assertThat(sizes.presence()).isSameAs(Presence.Uniform.ALL);
    }

    @Test
    void keepsFewHoweverManyAreLarge() {
        byte[] codes = codes(new Random(3), 50_000, 0);
        for (int reduce = 0; reduce < codes.length; reduce += 20) {
            codes[reduce] = BlockSizes.encode(10_000_000L + 1_000L * reduce);
        }
        MeanSizes sizes = MeanSizes.of(codes, Integer.MAX_VALUE);
        assertThat(sizes.large()).hasSizeLessThanOrEqualTo(MeanSizes.MOST_LARGE);
    }
}
