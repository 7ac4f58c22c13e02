package dev.quiver.scheduler.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlicingTest {
    @Test
    void cutsBetweenMapOutputsWhereThePartsComeOutEven() {
        assertThat(Slicing.cut(new long[] {10, 10, 10, 10}, 2)).containsExactly(0, 2, 4);
        assertThat(Slicing.cut(new long[] {10, 10, 10, 10}, 3)).containsExactly(0, 1, 3, 4);
        assertThat(Slicing.cut(new long[] {1, 1, 1, 97}, 2)).containsExactly(0, 3, 4);
        assertThat(Slicing.cut(new long[] {97, 1, 1, 1}, 2)).containsExactly(0, 1, 4);
    }

    @Test
    void leavesNoPartEmptyAndDoesNotCutWhatOneMapWrote() {
        assertThat(Slicing.cut(new long[] {0, 0, 100, 0}, 8)).containsExactly(0, 4);
        assertThat(Slicing.cut(new long[] {0, 50, 0, 0, 50, 0}, 8)).containsExactly(0, 2, 6);
        assertThat(Slicing.cut(new long[] {5, 0, 0}, 2)).containsExactly(0, 3);
        assertThat(Slicing.cut(new long[0], 2)).containsExactly(0, 0);
        assertThat(Slicing.cut(new long[] {0, 0}, 3)).containsExactly(0, 2);
    }

    @Test
    void makesPartsThatAreAllOfSomeBytesAndNoLargerThanTheyMustBe() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            long[] outputs = new long[1 + random.nextInt(40)];
            for (int map = 0; map < outputs.length; map++) {
                outputs[map] = random.nextInt(3) == 0 ? 0 : random.nextInt(1 + random.nextInt(1000));
            }
            int parts = 2 + random.nextInt(12);
            List<Integer> bounds = Slicing.cut(outputs, parts);
            String what = "seed " + seed + ": " + Arrays.toString(outputs) + " in " + parts + " at " + bounds;
            long total = Arrays.stream(outputs).sum();
            long largest = Arrays.stream(outputs).max().orElse(0);
            assertThat(bounds.get(0)).as(what).isZero();
            assertThat(bounds.get(bounds.size() - 1)).as(what).isEqualTo(outputs.length);
            assertThat(bounds.size() - 1).as(what).isLessThanOrEqualTo(parts);
            for (int part = 1; part < bounds.size() && total > 0; part++) {
                long sum = Arrays.stream(outputs, bounds.get(part - 1), bounds.get(part))
                        .sum();
                assertThat(sum).as(what).isPositive();
                assertThat(sum).as(what).isLessThanOrEqualTo((total + parts - 1) / parts + largest);
            }
        }
    }
}
