package dev.quiver.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** R48: what a JVM has outside its heap is shared among streams before it runs out. */
class StreamMemoryTest {
    private static final int MEBI = 1 << 20;

    @Test
    void givesTheWindowThatIsWantedWhereThereIsEnough() {
        StreamMemory memory = new StreamMemory(1024L * MEBI);
        assertThat(memory.takeWindow(48 * MEBI)).isEqualTo(48 * MEBI);
        assertThat(memory.takeWindow(48 * MEBI)).isEqualTo(48 * MEBI);
        assertThat(memory.windowBytes()).isEqualTo(96L * MEBI);
    }

    @Test
    void givesEachNewStreamHalfOfWhatIsLeftAndNeverNothing() {
        StreamMemory memory = new StreamMemory(12L * MEBI);
        assertThat(memory.takeWindow(48 * MEBI)).isEqualTo(2 * MEBI);
        assertThat(memory.takeWindow(48 * MEBI)).isEqualTo(MEBI);
        for (int stream = 0; stream < 1000; stream++) {
            assertThat(memory.takeWindow(48 * MEBI)).isGreaterThanOrEqualTo(StreamMemory.LEAST_BYTES);
        }
        assertThat(memory.takeWindow(100)).isEqualTo(100);
    }

    @Test
    void givesWhatCameBackToTheNext() {
        StreamMemory memory = new StreamMemory(12L * MEBI);
        int window = memory.takeWindow(48 * MEBI);
        memory.returnWindow(window / 2);
        memory.returnWindow(window - window / 2);
        assertThat(memory.takeWindow(48 * MEBI)).isEqualTo(window);
    }

    @Test
    void isShortWhenSendersHaveQueuedASixth() {
        StreamMemory memory = new StreamMemory(12L * MEBI);
        memory.queued(2 * MEBI - 1);
        assertThat(memory.isShort()).isFalse();
        memory.queued(1);
        assertThat(memory.isShort()).isTrue();
        memory.unqueued(1);
        assertThat(memory.isShort()).isFalse();
    }

    @Test
    void growsThePoolInSmallerStepsWhereThereIsLittle() {
        assertThat(new StreamMemory(1024L * MEBI).poolOrder(8 << 10)).isEqualTo(9);
        assertThat(new StreamMemory(12L * MEBI).poolOrder(8 << 10)).isEqualTo(6);
        assertThat(new StreamMemory(1).poolOrder(8 << 10)).isEqualTo(4);
    }
}
