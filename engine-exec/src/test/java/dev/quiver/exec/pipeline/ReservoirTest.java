package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReservoirTest {
    private static List<Object> sample(int size, int things, long seed) {
        Reservoir reservoir = new Reservoir(size, seed);
        while (reservoir.wanted() < things) {
            reservoir.choose((int) reservoir.wanted());
        }
        return reservoir.chosen();
    }

    @Test
    void fewThingsAreAllChosenInTheirOrder() {
        assertThat(sample(5, 0, 1)).isEmpty();
        assertThat(sample(5, 3, 1)).containsExactly(0, 1, 2);
        assertThat(sample(5, 5, 1)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aSampleHasItsSizeAndNothingTwice() {
        for (int seed = 0; seed < 200; seed++) {
            assertThat(sample(7, 1000, seed))
                    .as("seed %d", seed)
                    .hasSize(7)
                    .doesNotHaveDuplicates()
                    .isEqualTo(sample(7, 1000, seed));
        }
    }

    @Test
    void everyThingIsAsLikelyAsAnyOther() {
        int[] chosen = new int[50];
        int seeds = 20_000;
        for (int seed = 0; seed < seeds; seed++) {
            sample(5, chosen.length, seed).forEach(thing -> chosen[(int) thing]++);
        }
        // A tenth of 20,000, with a standard deviation of 42.
        for (int thing = 0; thing < chosen.length; thing++) {
            assertThat(chosen[thing]).as("thing %d", thing).isCloseTo(seeds / 10, Offset.offset(220));
        }
    }
}
