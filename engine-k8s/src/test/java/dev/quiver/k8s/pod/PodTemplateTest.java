package dev.quiver.k8s.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodTemplateTest {
    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("pod.yaml"), text).toString();
    }

    @Test
    void readsAPodInYaml() throws Exception {
        String file = file("""
            apiVersion: v1
            kind: Pod
            metadata:
              labels: {team: a}
            spec:
              priorityClassName: high
            """);
        assertThat(PodTemplate.read(PodKeys.EXECUTOR.template(), file).getSpec().getPriorityClassName())
                .isEqualTo("high");
    }

    @Test
    void noFileIsAnEmptyPod() {
        assertThat(PodTemplate.read(PodKeys.EXECUTOR.template(), "").getSpec()).isNull();
    }

    @Test
    void namesTheSettingTheFileAndWhatIsWrong() throws Exception {
        String missing = folder.resolve("missing.yaml").toString();
        assertThatThrownBy(() -> PodTemplate.read(PodKeys.EXECUTOR.template(), missing))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.kubernetes.executor.podTemplateFile: cannot read '" + missing);
        String service = file("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n");
        assertThatThrownBy(() -> PodTemplate.read(PodKeys.DRIVER.template(), service))
                .hasMessageContaining("quiver.kubernetes.driver.podTemplateFile")
                .hasMessageContaining("holds a Service, not a Pod");
        String broken = file("kind: [");
        assertThatThrownBy(() -> PodTemplate.read(PodKeys.EXECUTOR.template(), broken))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("is no pod");
    }
}
