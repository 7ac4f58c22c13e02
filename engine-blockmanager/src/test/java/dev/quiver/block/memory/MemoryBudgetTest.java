package dev.quiver.block.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1000, 0.5);

    @Test
    void letsStorageUseWhatExecutionDoesNot() {
        try (Reservation cache = budget.storage("cached dataset 1");
                Reservation sort = budget.execution("sort of partition 3")) {
            assertThat(sort.tryGrow(100)).isTrue();
            assertThat(cache.tryGrow(901)).isFalse();
            assertThat(cache.tryGrow(900)).isTrue();
            assertThat(budget.freeBytes()).isZero();
        }
        assertThat(budget.freeBytes()).isEqualTo(1000);
        assertThat(budget.ledger()).isEmpty();
    }

    @Test
    void letsExecutionEvictStorageDownToTheFloorAndNoFurther() {
        Reservation cache = budget.storage("cached dataset 1");
        cache.tryGrow(900);
        budget.evictWith(bytes -> {
            cache.shrink(bytes);
            return bytes;
        });
        Reservation sort = budget.execution("sort of partition 3");
        assertThat(sort.tryGrow(501)).isFalse();
        assertThat(cache.bytes()).isEqualTo(900);
        assertThat(sort.tryGrow(500)).isTrue();
        assertThat(cache.bytes()).isEqualTo(500);
    }

    @Test
    void neverLetsStorageTakeFromExecution() {
        budget.evictWith(bytes -> {
            throw new AssertionError("nothing is evicted for storage");
        });
        budget.execution("join of partition 1").tryGrow(800);
        assertThat(budget.storage("cached dataset 1").tryGrow(300)).isFalse();
    }

    @Test
    void refusesExecutionWhenNothingCanBeEvicted() {
        budget.storage("cached dataset 1").tryGrow(900);
        assertThat(budget.execution("sort of partition 3").tryGrow(200)).isFalse();
    }

    @Test
    void saysWhoHoldsWhatWithTheLargestFirst() {
        budget.storage("cached dataset 1").tryGrow(300);
        budget.storage("cached dataset 1").tryGrow(100);
        budget.execution("sort of partition 3").tryGrow(500);
        assertThat(budget.ledger()).containsEntry("cached dataset 1", 400L).containsEntry("sort of partition 3", 500L);
        assertThat(budget.describe()).matches("Of .*, sort of partition 3 holds .*, cached dataset 1 holds .*\\.");
    }

    @Test
    void refusesToGiveBackMoreThanIsHeld() {
        Reservation sort = budget.execution("sort of partition 3");
        sort.tryGrow(10);
        assertThatThrownBy(() -> sort.shrink(11))
                .hasMessageContaining("sort of partition 3")
                .hasMessageContaining("10");
    }

    @Test
    void countsForcedMemoryBeyondTheTotal() {
        Reservation result = budget.execution("result");
        result.force(1500);
        assertThat(budget.freeBytes()).isEqualTo(-500);
        assertThat(budget.storage("cached dataset 1").tryGrow(1)).isFalse();
        result.close();
        assertThat(budget.freeBytes()).isEqualTo(1000);
    }
}
