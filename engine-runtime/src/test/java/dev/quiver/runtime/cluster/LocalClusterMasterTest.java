package dev.quiver.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalClusterMasterTest {
    @Test
    void readsProcessesSlotsAndMemory() {
        assertThat(LocalClusterMaster.parse("local-cluster[2,1,512]"))
                .isEqualTo(new LocalClusterMaster(2, 1, Bytes.mebi(512)));
        assertThat(LocalClusterMaster.parse("local-cluster[ 3 , 4 , 2g ]"))
                .isEqualTo(new LocalClusterMaster(3, 4, Bytes.gibi(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local-cluster",
                "local-cluster[2,1]",
                "local-cluster[2,1,512",
                "local-cluster[0,1,512]",
                "local-cluster[2,0,512]",
                "local-cluster[2,1,12]",
                "local-cluster[2,1,512q]",
                "local-cluster[99999999999,1,512]"
            })
    void refusesMalformedOnesNamingTheForm(String master) {
        assertThatThrownBy(() -> LocalClusterMaster.parse(master))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(master)
                .hasMessageContaining("local-cluster[N,C,M]");
    }
}
