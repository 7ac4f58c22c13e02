package dev.quiver.scheduler.place;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DealingTest {
    @Test
    void dealsOneByOneFromTheExecutorWhoseTurnItIs() {
        assertThat(Dealing.shares(new int[] {4, 4, 4}, new int[3], 5, 0, 1)).containsExactly(1, 2, 2);
    }

    @Test
    void fillsSlotsBeforeQueues() {
        assertThat(Dealing.shares(new int[] {0, 4}, new int[] {9, 9}, 4, 0, 0)).containsExactly(0, 4);
    }

    @Test
    void keepsTheReserveOutOfQueues() {
        assertThat(Dealing.shares(new int[] {1, 1}, new int[] {9, 9}, 10, 6, 0)).containsExactly(2, 2);
        assertThat(Dealing.shares(new int[] {1, 1}, new int[] {9, 9}, 8, 6, 0)).containsExactly(1, 1);
    }

    @Test
    void dealsNoMoreThanThereIsRoom() {
        assertThat(Dealing.shares(new int[] {1, 2}, new int[] {3, 0}, 100, 4, 0))
                .containsExactly(4, 2);
    }

    @Test
    void dealsNothingToNobody() {
        assertThat(Dealing.shares(new int[0], new int[0], 5, 0, 0)).isEmpty();
    }
}
