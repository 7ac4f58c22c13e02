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
    void thePoolOutsideTheHeapHasTheSameRulesAndTakesNothingFromTheHeap() {
        MemoryBudget pool = new MemoryBudget(1000, 0.5, 0, 400).offHeap();
        Reservation cache = pool.storage("cached dataset 1");
        pool.evictWith(bytes -> {
            cache.shrink(bytes);
            return bytes;
        });
        assertThat(cache.tryGrow(401)).isFalse();
        assertThat(cache.tryGrow(400)).isTrue();
        Reservation fetched = pool.execution("fetched block");
        assertThat(fetched.tryGrow(201)).isFalse();
        assertThat(fetched.tryGrow(200)).isTrue();
        assertThat(cache.bytes()).as("evicted to the soft line").isEqualTo(200);
        assertThat(pool.mode()).isEqualTo(MemoryMode.OFF_HEAP);
        assertThat(pool.of(MemoryMode.OFF_HEAP)).isSameAs(pool);
        assertThat(budget.offHeap().storage("nothing").tryGrow(1))
                .as("where there is no pool")
                .isFalse();
        assertThat(budget.freeBytes()).isEqualTo(1000);
    }

    @Test
    void handsMemoryOverWithoutAskingForRoom() {
        Reservation unroll = budget.task("stage 1, partition 0", () -> false).open("sortByKey");
        Reservation stored = budget.storage("cached dataset 1");
        unroll.tryGrow(1000);
        unroll.handOver(600, stored);
        assertThat(unroll.bytes()).isEqualTo(400);
        assertThat(stored.bytes()).isEqualTo(600);
        assertThat(budget.freeBytes()).isZero();
        assertThatThrownBy(() -> unroll.handOver(401, stored)).hasMessageContaining("holds only 400");
        Reservation elsewhere = budget.offHeap().storage("cached dataset 2");
        assertThatThrownBy(() -> stored.handOver(1, elsewhere)).hasMessageContaining("another pool");
        assertThat(stored.bytes()).isEqualTo(600);
    }

    @Test
    void aStepThatOnlyFreeMemoryMayPayForEvictsNothing() {
        budget.storage("cached dataset 1").tryGrow(900);
        budget.evictWith(bytes -> {
            throw new AssertionError("nothing is evicted for it");
        });
        Reservation sort = budget.execution("sort of partition 3");
        assertThat(sort.tryGrowFree(101)).isFalse();
        assertThat(sort.tryGrowFree(100)).isTrue();
        assertThat(sort.bytes()).isEqualTo(100);
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
