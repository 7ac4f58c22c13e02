package dev.quiver.rpc.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {
    @Test
    void readsWhatItWrote() {
        PeerIdentity identity = PeerIdentity.executor("app-20261121.5_x", "exec-12.3");

        assertThat(identity.uri()).isEqualTo("quiver://app-20261121.5_x/executor/exec-12.3");
        assertThat(PeerIdentity.parse(identity.uri())).isEqualTo(identity);
    }

    @Test
    void takesWordsOfUpTo128Characters() {
        String longest = "a".repeat(128);

        assertThat(PeerIdentity.driver(longest, longest).uri()).hasSizeLessThanOrEqualTo(PeerIdentity.MAX_URI_LENGTH);
        assertThatThrownBy(() -> PeerIdentity.driver(longest + "a", "driver"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../x",
                "a/b",
                "a b",
                "a\0",
                "a\nb",
                "\u202Eexec",
                "-a",
                "a.",
                "\u0661",
                "%2e%2e",
                "quiver://app/driver/d"
            })
    void refusesWordsThatCouldBeMistakenForSomethingElse(String word) {
        assertThatThrownBy(() -> PeerIdentity.executor(word, "exec-1.0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PeerIdentity.executor("app-1", word)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quiver://app-1/executor",
                "quiver://app-1/executor/",
                "quiver://app-1/root/x",
                "quiver://app-1/EXECUTOR/x",
                "quiver://app-1/executor/x/y",
                "QUIVER://app-1/executor/x",
                "quiver://app-1/executor/x\n",
                "http://app-1/executor/x"
            })
    void refusesTextThatIsNotOneIdentity(String text) {
        assertThatThrownBy(() -> PeerIdentity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
