package dev.quiver.k8s;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Session;
import dev.quiver.UsageException;
import org.junit.jupiter.api.Test;

class KubernetesProviderTest {
    @Test
    void isFoundAndRefusesBeforeAnySettingIsLookedAt() {
        assertThatThrownBy(() -> Session.builder()
                        .master("k8s://https://10.0.0.1:6443")
                        .config("quiver.executor.memory", "2g")
                        .create())
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "master 'k8s://https://10.0.0.1:6443': Kubernetes is not built yet; run on this machine with"
                                + " 'local[*]' or 'local-cluster[2,1,1024]'");
    }
}
