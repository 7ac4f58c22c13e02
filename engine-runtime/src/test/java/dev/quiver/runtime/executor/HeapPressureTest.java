package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.memory.Pressure;
import org.junit.jupiter.api.Test;

class HeapPressureTest {
    private final HeapPressure pressure = new HeapPressure(0.85);

    @Test
    void risesInStepsWithWhatCollectionsLeaveBehind() {
        assertThat(pressure.look(heap(84, 100))).isEqualTo(Pressure.NONE);
        assertThat(pressure.look(heap(86, 100))).isEqualTo(Pressure.PAUSE);
        assertThat(pressure.look(heap(91, 100))).isEqualTo(Pressure.SPILL);
        assertThat(pressure.look(heap(96, 100))).isEqualTo(Pressure.REFUSE);
    }

    @Test
    void garbageIsNoPressureAndOldNewsIsNone() {
        assertThat(pressure.look(heap(10, 99))).isEqualTo(Pressure.NONE);
        assertThat(pressure.look(heap(96, 30))).isEqualTo(Pressure.NONE);
    }

    @Test
    void aLimitOfOneTurnsItOff() {
        assertThat(new HeapPressure(1).look(heap(100, 100))).isEqualTo(Pressure.NONE);
    }

    @Test
    void readsTheHeapOfThisProcess() {
        HeapGauge heap = HeapGauge.ofThisProcess();
        assertThat(heap.maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(heap.usedBytes()).isPositive().isLessThanOrEqualTo(heap.maxBytes());
        assertThat(heap.liveBytes()).isBetween(0L, heap.maxBytes());
    }

    private static HeapGauge heap(long live, long used) {
        return new HeapGauge() {
            @Override
            public long liveBytes() {
                return live;
            }

            @Override
            public long usedBytes() {
                return used;
            }

            @Override
            public long maxBytes() {
                return 100;
            }
        };
    }
}
