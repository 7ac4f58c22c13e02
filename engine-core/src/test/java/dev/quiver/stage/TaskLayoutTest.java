package dev.quiver.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.id.ShuffleId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskLayoutTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(3);

    private final TaskLayout layout = new TaskLayout(
            4,
            List.of(
                    new SplitPartition(3, SHUFFLE, List.of(0, 5, 9)),
                    new SplitPartition(1, SHUFFLE, List.of(0, 2, 4, 9))));

    @Test
    void numbersThePartitionsFirstAndFurtherSlicesBehindThem() {
        assertThat(layout.taskCount()).isEqualTo(7);
        assertThat(layout.tasks(0)).containsExactly(0);
        assertThat(layout.tasks(1)).containsExactly(1, 4, 5);
        assertThat(layout.tasks(3)).containsExactly(3, 6);
        for (int partition = 0; partition < 4; partition++) {
            int number = 0;
            for (int task : layout.tasks(partition)) {
                assertThat(layout.partition(task)).isEqualTo(partition);
                PartitionSlice slice = layout.slice(task);
                assertThat(slice == null ? 0 : slice.number()).isEqualTo(number++);
            }
        }
    }

    @Test
    void givesEverySliceItsMapOutputsAndTheLastOneAllThatFollow() {
        assertThat(layout.slice(0)).isNull();
        assertThat(layout.slice(1)).isEqualTo(new PartitionSlice(1, 0, 3, SHUFFLE, new MapRange(0, 2)));
        assertThat(layout.slice(4)).isEqualTo(new PartitionSlice(1, 1, 3, SHUFFLE, new MapRange(2, 4)));
        assertThat(layout.slice(5)).isEqualTo(new PartitionSlice(1, 2, 3, SHUFFLE, new MapRange(4, Integer.MAX_VALUE)));
        assertThat(layout.describe(5)).isEqualTo("slice 3 of 3 of partition 1");
        assertThat(layout.describe(2)).isEqualTo("partition 2");
    }

    @Test
    void isOneTaskAPartitionWhenNothingIsSplit() {
        TaskLayout whole = TaskLayout.whole(3);
        assertThat(whole.isWhole()).isTrue();
        assertThat(whole.taskCount()).isEqualTo(3);
        assertThat(whole.slice(2)).isNull();
        assertThat(whole.tasks(2)).containsExactly(2);
        assertThat(whole).isEqualTo(new TaskLayout(3, List.of())).isNotEqualTo(layout);
    }

    @Test
    void refusesWhatIsNoLayout() {
        SplitPartition split = new SplitPartition(1, SHUFFLE, List.of(0, 2, 4));
        assertThatThrownBy(() -> new TaskLayout(4, List.of(split, split))).hasMessageContaining("split twice");
        assertThatThrownBy(() -> new TaskLayout(1, List.of(split))).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> new SplitPartition(1, SHUFFLE, List.of(0, 4))).hasMessageContaining("[0, 4]");
        assertThatThrownBy(() -> new SplitPartition(1, SHUFFLE, List.of(0, 4, 4)))
                .hasMessageContaining("[0, 4, 4]");
        assertThatThrownBy(() -> new SplitPartition(1, SHUFFLE, List.of(1, 4, 5)))
                .hasMessageContaining("[1, 4, 5]");
        assertThatThrownBy(() -> layout.partition(7)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
