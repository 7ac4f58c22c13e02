package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.serializer.JavaObjects;
import org.junit.jupiter.api.Test;

class StorageLevelTest {
    @Test
    void thereIsOneObjectForEachLevelHoweverItIsMade() {
        assertThat(StorageLevel.of(true, true, 2)).isSameAs(StorageLevel.MEMORY_AND_DISK_2);
        assertThat(StorageLevel.of(false, false, 7)).isSameAs(StorageLevel.NONE);
        for (int number = 0; number <= StorageLevel.MOST_NUMBER; number++) {
            StorageLevel level = StorageLevel.numbered(number);
            assertThat(StorageLevel.numbered(level.number())).isSameAs(level);
            byte[] bytes = JavaObjects.write(level);
            assertThat(JavaObjects.read(bytes, 0, bytes.length, getClass().getClassLoader()))
                    .isSameAs(level);
        }
    }

    @Test
    void namesOfOtherEnginesLeadToTheLevelThatDoesTheSame() {
        assertThat(StorageLevel.valueOf("MEMORY_ONLY_SER_2")).hasToString("MEMORY_ONLY_2");
        assertThat(StorageLevel.valueOf("DISK_ONLY_3").replicas()).isEqualTo(3);
        assertThatThrownBy(() -> StorageLevel.valueOf("MEMORY"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("MEMORY_AND_DISK_SER_2");
    }

    @Test
    void aLevelOutsideTheHeapIsOneOfItsOwnAndKnowsTheOneOnTheHeap() {
        assertThat(StorageLevel.valueOf("OFF_HEAP")).isSameAs(StorageLevel.OFF_HEAP);
        assertThat(StorageLevel.OFF_HEAP).isNotSameAs(StorageLevel.MEMORY_AND_DISK);
        assertThat(StorageLevel.OFF_HEAP.usesOffHeap()).isTrue();
        assertThat(StorageLevel.OFF_HEAP.onHeap()).isSameAs(StorageLevel.MEMORY_AND_DISK);
        assertThat(StorageLevel.of(true, false, true, 2)).hasToString("OFF_HEAP_ONLY_2");
        assertThat(StorageLevel.of(true, false, true, 2).onHeap()).isSameAs(StorageLevel.MEMORY_ONLY_2);
        assertThat(StorageLevel.of(true, true, true, 3)).hasToString("OFF_HEAP_3");
        assertThat(StorageLevel.of(false, true, true, 2)).isSameAs(StorageLevel.DISK_ONLY_2);
    }

    @Test
    void aPartitionIsKeptOnOneToThirtyNineExecutors() {
        assertThat(StorageLevel.of(true, false, 39)).hasToString("MEMORY_ONLY_39");
        assertThatThrownBy(() -> StorageLevel.of(true, false, 40)).hasMessageContaining("not on 40");
        assertThatThrownBy(() -> StorageLevel.of(true, false, 0)).hasMessageContaining("not on 0");
    }
}
