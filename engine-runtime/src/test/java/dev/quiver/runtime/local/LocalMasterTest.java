package dev.quiver.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalMasterTest {
    @Test
    void readsEveryForm() {
        assertThat(LocalMaster.parse("local", 8)).isEqualTo(new LocalMaster(1, OptionalInt.empty()));
        assertThat(LocalMaster.parse("local[3]", 8)).isEqualTo(new LocalMaster(3, OptionalInt.empty()));
        assertThat(LocalMaster.parse("local[*]", 8)).isEqualTo(new LocalMaster(8, OptionalInt.empty()));
        assertThat(LocalMaster.parse("local[ 2 , 4 ]", 8)).isEqualTo(new LocalMaster(2, OptionalInt.of(4)));
        assertThat(LocalMaster.parse("local[*,2]", 8)).isEqualTo(new LocalMaster(8, OptionalInt.of(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"local[]", "local[0]", "local[-1]", "local[two]", "local[1", "local[1,0]", "local[9999999999]"})
    void refusesMalformedOnesNamingTheForms(String master) {
        assertThatThrownBy(() -> LocalMaster.parse(master, 2))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(master)
                .hasMessageContaining("local[N]");
    }
}
