package dev.quiver.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.protocol.ProgramId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProgramNamesTest {
    private final ProgramNames names = new ProgramNames();

    private static byte[] content(int bytes, int last) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) 7);
        content[bytes - 1] = (byte) last;
        return content;
    }

    @Test
    void sameContentHasTheSameNameAndOtherContentAnother() {
        for (int bytes : new int[] {1, 4 << 10, (4 << 10) + 1, 1 << 20}) {
            ProgramId name = names.of(content(bytes, 1));
            assertThat(names.of(content(bytes, 1))).isEqualTo(name);
            assertThat(names.of(content(bytes, 2))).isNotEqualTo(name);
            assertThat(names.fresh()).isNotEqualTo(name);
        }
    }

    @Test
    void forgetsContentThatWasNotNamedForLong() {
        byte[] often = "often".getBytes(StandardCharsets.UTF_8);
        byte[] once = "once".getBytes(StandardCharsets.UTF_8);
        ProgramId oftenName = names.of(often);
        ProgramId onceName = names.of(once);
        for (int other = 0; other < 1_000; other++) {
            names.of(String.valueOf(other).getBytes(StandardCharsets.UTF_8));
            assertThat(names.of(often)).isEqualTo(oftenName);
        }
        assertThat(names.of(once)).isNotEqualTo(onceName);
    }
}
