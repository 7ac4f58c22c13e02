package dev.quiver.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesMasterTest {
    @Test
    void namesItsServer() {
        assertThat(KubernetesMaster.parse("k8s://https://10.0.0.1:6443").server())
                .isEqualTo("https://10.0.0.1:6443");
        assertThat(KubernetesMaster.parse("k8s://http://localhost:8001").server())
                .isEqualTo("http://localhost:8001");
    }

    @Test
    void speaksHttpsWhereNothingIsSaid() {
        assertThat(KubernetesMaster.parse("k8s://10.0.0.1:6443").server()).isEqualTo("https://10.0.0.1:6443");
    }

    @Test
    void leavesTheServerToTheKubeconfigWhenItNamesNone() {
        assertThat(KubernetesMaster.parse("k8s://").server()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s://ftp://10.0.0.1", "k8s://https://", "k8s://https://a b", "k8s://https://:6443"})
    void isRefusedWithTheFormThatIsRight(String master) {
        assertThatThrownBy(() -> KubernetesMaster.parse(master))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("master '" + master + "' is malformed")
                .hasMessageContaining("k8s://https://host:port");
    }
}
