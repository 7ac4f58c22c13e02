package dev.quiver.k8s.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.scheduler.backend.ClusterApplication;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DriverPodSpecTest {
    private static DriverPodSpec spec(List<String> orders) {
        return spec(orders, Map.of("quiver.executor.cores", "2", "quiver.note", "back\\slash"));
    }

    /** What a driver finds in its file of settings. */
    static String settingsInPod(Map<String, String> settings) {
        return spec(List.of(), settings).configMap("space").getData().get("quiver.properties");
    }

    private static DriverPodSpec spec(List<String> orders, Map<String, String> given) {
        ClusterApplication application = new ClusterApplication(
                "words",
                List.of("words.jar"),
                given,
                Bytes.mebi(1024),
                place -> List.of(
                        place.java(),
                        place.host(),
                        place.properties(),
                        place.jars().get(0)));
        Map<String, String> all = new TreeMap<>(given);
        all.put("quiver.kubernetes.container.image", Recipes.IMAGE);
        all.put("quiver.driver.memoryOverhead", "500m");
        PodSettings settings = PodSettings.of(Config.of(all), PodKeys.DRIVER);
        return new DriverPodSpec(
                "x1", application, settings, new Pod(), List.of("/var/lib/quiver/jars/0-words.jar"), orders);
    }

    @Test
    void startsTheDriverWithItsSettingsItsJarAndAnAddressThatExecutorsReach() {
        Pod pod = spec(List.of("await:/var/lib/quiver/jars/0-words.jar")).pod();
        assertThat(pod.getMetadata().getName()).isEqualTo("quiver-x1-driver");
        assertThat(pod.getSpec().getContainers().get(0).getCommand())
                .containsExactly(
                        "java",
                        "$(QUIVER_POD_IP)",
                        "/etc/quiver/driver/quiver.properties",
                        "/var/lib/quiver/jars/0-words.jar");
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isTrue();
        assertThat(pod.getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getLimits()
                        .get("memory")
                        .getAmount())
                .isEqualTo(String.valueOf((1024L + 500) << 20));
    }

    @Test
    void waitsForJarsOnlyWhereSomeMustCome() {
        assertThat(spec(List.of("await:/a.jar")).pod().getSpec().getInitContainers())
                .hasSize(1)
                .first()
                .satisfies(receiver -> {
                    assertThat(receiver.getCommand()).endsWith("dev.quiver.k8s.submit.JarReceiver", "await:/a.jar");
                    assertThat(receiver.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                });
        assertThat(spec(List.of()).pod().getSpec().getInitContainers()).isEmpty();
    }

    @Test
    void settingsComeOutOfTheConfigMapAsTheyWentIn() throws Exception {
        Properties read = new Properties();
        read.load(new StringReader(spec(List.of()).configMap("space").getData().get("quiver.properties")));
        assertThat(read)
                .containsEntry("quiver.executor.cores", "2")
                .containsEntry("quiver.note", "back\\slash")
                .containsEntry("quiver.kubernetes.driver.pod.name", "quiver-x1-driver")
                .containsEntry("quiver.kubernetes.namespace", "space");
    }
}
