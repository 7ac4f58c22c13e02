package dev.quiver.exec.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void writesWhatTheJdkWritesAndRefusesLoneSurrogates() {
        char[] units = {'a', 'z', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ud83d', '\ude00', '\uffff'};
        Random random = new Random(3);
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(12);
            int kinds = random.nextBoolean() ? 3 : units.length;
            for (int unit = 0; unit < length; unit++) {
                text.append(units[random.nextInt(kinds)]);
            }
            String string = text.toString();
            byte[] expected = string.getBytes(StandardCharsets.UTF_8);
            boolean valid = new String(expected, StandardCharsets.UTF_8).equals(string);
            byte[] into = new byte[2 + 3 * length];
            int end = Utf8.put(string, into, 2);
            assertThat(end).as("seed 3: %s", string).isEqualTo(valid ? 2 + expected.length : -1);
            if (valid) {
                assertThat(Arrays.copyOfRange(into, 2, end)).isEqualTo(expected);
            }
        }
    }
}
