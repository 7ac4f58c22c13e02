package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.block.memory.ReservedHeap;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigException;
import org.junit.jupiter.api.Test;

class BlockSettingsTest {
    @Test
    void giveSixTenthsOfTheHeapLessTheReservedPart() {
        BlockSettings settings = BlockSettings.of(Config.empty());
        assertThat(settings.budget(Bytes.mebi(1300).value(), Bytes.mebi(300)).totalBytes())
                .isEqualTo(Bytes.mebi(600).value());
        assertThat(settings.budget(Bytes.mebi(100).value(), Bytes.mebi(300)).totalBytes())
                .isEqualTo(Bytes.mebi(15).value());
    }

    @Test
    void refuseExecutorsThatAreTooSmallToHoldAnything() {
        assertThatThrownBy(() -> ReservedHeap.requireRoom(Config.empty(), Bytes.mebi(449)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("an executor with a heap of 449.0 MiB is too small")
                .hasMessageContaining("it needs 450.0 MiB at least")
                .hasMessageContaining("quiver.executor.memory");
        ReservedHeap.requireRoom(Config.empty(), Bytes.mebi(450));
        ReservedHeap.requireRoom(Config.empty().with("quiver.memory.reserved", "40m"), Bytes.mebi(64));
    }

    @Test
    void refuseFractionsOutsideTheirRange() {
        Config config = Config.empty().with("quiver.memory.fraction", "1.2");
        assertThatThrownBy(() -> config.validate(BlockSettings.keys()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("quiver.memory.fraction must lie between 0 and 1");
    }

    @Test
    void describeEveryKey() {
        assertThat(BlockSettings.keys()).allSatisfy(key -> assertThat(key.doc()).isNotBlank());
    }
}
