package dev.quiver.runtime.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GreetingTest {
    private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);

    private static byte[] written() {
        return new Greeting(new HostPort("127.0.0.1", 4711), SECRET).encode();
    }

    private static InputStream stream(byte... bytes) {
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        Greeting read = Greeting.readFrom(stream(written()));
        assertThat(read.driver()).isEqualTo(new HostPort("127.0.0.1", 4711));
        assertThat(read.credentials()).isEqualTo(SECRET);
    }

    @Test
    void leavesWhatComesBehindIt() throws Exception {
        byte[] bytes = written();
        InputStream stream = stream(Arrays.copyOf(bytes, bytes.length + 1));
        Greeting.readFrom(stream);
        assertThat(stream.available()).isEqualTo(1);
    }

    @Test
    void anEndBeforeItsEndIsAnError() throws Exception {
        byte[] bytes = written();
        for (int length = 0; length < bytes.length; length++) {
            InputStream cut = stream(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Greeting.readFrom(cut)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aLengthThatCannotBeIsRefusedUnread() {
        for (int length : new int[] {-1, 0, 1 << 17, Integer.MAX_VALUE}) {
            InputStream stream = stream(ByteBuffer.allocate(4).putInt(length).array());
            assertThatThrownBy(() -> Greeting.readFrom(stream)).hasMessageContaining("has " + length + " bytes");
        }
    }

    @Test
    void saysNothingOfTheSecret() {
        assertThat(new Greeting(new HostPort("localhost", 1), SECRET)).hasToString("Greeting[localhost:1]");
    }
}
