package dev.quiver.exec.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.pipeline.FakeMemory;
import org.junit.jupiter.api.Test;

class HeldMemoryTest {
    @Test
    void holdsWhatIsAskedForAndNoLessUntilItIsToldSo() {
        FakeMemory memory = new FakeMemory("test", 16 << 20, () -> {});
        HeldMemory held = new HeldMemory(memory);
        assertThat(held.tryHold(10 << 20)).isTrue();
        assertThat(held.tryHold(5 << 20)).isTrue();
        assertThat(memory.bytes()).isEqualTo(10 << 20);
        assertThat(held.tryHold(17 << 20)).isFalse();
        assertThat(memory.bytes()).isEqualTo(10 << 20);
        held.hold(2 << 20);
        assertThat(memory.bytes()).isEqualTo(2 << 20);
        held.hold(20 << 20);
        assertThat(memory.bytes()).isEqualTo(20 << 20);
    }

    @Test
    void buffersAreHeldBesideTheRest() {
        FakeMemory memory = new FakeMemory("test", 16 << 20, () -> {});
        HeldMemory held = new HeldMemory(memory);
        held.tryHold(10 << 20);
        held.holdBuffers(8 << 20);
        assertThat(memory.bytes()).isEqualTo(18 << 20);
        held.hold(0);
        assertThat(held.tryHold(9 << 20)).isFalse();
        assertThat(held.tryHold(7 << 20)).isTrue();
        held.holdBuffers(0);
        assertThat(memory.bytes()).isEqualTo(7 << 20);
    }

    @Test
    void aLittleIsNeverRefused() {
        FakeMemory memory = new FakeMemory("test", 8 << 20, () -> {});
        HeldMemory held = new HeldMemory(memory);
        held.holdBuffers(8 << 20);
        assertThat(held.tryHold((1 << 20) + 1)).isFalse();
        assertThat(held.tryHold(1 << 20)).isTrue();
        assertThat(memory.bytes()).isEqualTo(9 << 20);
        assertThat(new HeldMemory(new FakeMemory("none", 0, () -> {})).tryHold(1))
                .isFalse();
    }

    @Test
    void namesTheKeyThatDoesNotFit() {
        HeldMemory held = new HeldMemory(new FakeMemory("groupByKey", 0, () -> {}));
        assertThat(held.exceededBy("x".repeat(500), 1_000_000, 28 << 20).getMessage())
                .isEqualTo("groupByKey: key " + "x".repeat(100) + "... has 1000000 values, about 28.0 MiB as objects");
        assertThat(held.exceededBy(null, 7, 512).getMessage()).contains("key null has 7 values, about 512 B");
    }
}
