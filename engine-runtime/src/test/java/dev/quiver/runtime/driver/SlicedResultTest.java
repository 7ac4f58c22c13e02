package dev.quiver.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.stage.Action;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlicedResultTest {
    @Test
    void addsUpCountsAndJoinsRowsInTheOrderOfTheSlices() {
        assertThat(SlicedResult.of(new Action.Count(), List.of(3L, 0L, 4L))).isEqualTo(7L);
        assertThat(SlicedResult.of(
                        new Action.Collect(Long.MAX_VALUE), List.of(List.of("a", "b"), List.of(), List.of("c"))))
                .isEqualTo(List.of("a", "b", "c"));
        assertThat(SlicedResult.of(
                        new Action.Reduce((left, right) -> left),
                        List.of(Arrays.asList((Object) null), List.of(), List.of(5))))
                .isEqualTo(Arrays.asList(null, 5));
        assertThat(SlicedResult.of(new Action.ForEach(row -> {}), Arrays.asList(null, null)))
                .isNull();
    }

    @Test
    void refusesActionsThatAreNeverSliced() {
        assertThatThrownBy(() -> SlicedResult.of(new Action.Fold(0L, (sum, row) -> sum), List.of(1L, 2L)))
                .hasMessageContaining("Fold");
        assertThatThrownBy(() -> SlicedResult.of(new Action.Count(), List.of(Long.MAX_VALUE, 1L)))
                .isInstanceOf(ArithmeticException.class);
    }
}
