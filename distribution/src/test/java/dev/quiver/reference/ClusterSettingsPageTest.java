package dev.quiver.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.config.ConfigKey;
import dev.quiver.runtime.reference.AllKeys;
import dev.quiver.runtime.reference.ConfigurationPage;
import dev.quiver.scheduler.backend.ClusterManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The settings of cluster managers, which the runtime finds but does not know. */
class ClusterSettingsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "kubernetes-settings.md");

    private static List<ConfigKey<?>> keys() {
        Set<String> everywhere = new HashSet<>();
        AllKeys.list().forEach(key -> everywhere.add(key.name()));
        List<ConfigKey<?>> keys = new ArrayList<>();
        for (ClusterManager manager : ServiceLoader.load(ClusterManager.class)) {
            if (manager.accepts("k8s://")) {
                manager.keys().stream()
                        .filter(key -> !everywhere.contains(key.name()))
                        .forEach(keys::add);
            }
        }
        return keys;
    }

    /** Run with -Dquiver.docs.write=true to write the page anew. */
    @Test
    void thePageInTheDocumentsIsTheGeneratedOne() throws IOException {
        String page = ConfigurationPage.render(
                "Settings of Kubernetes",
                "What they are for is told [by subject](kubernetes.md#settings); those of all masters are on [their"
                        + " page](configuration.md).",
                keys());
        if (Boolean.getBoolean("quiver.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void everySettingSaysWhatItDoes() {
        assertThat(keys())
                .isNotEmpty()
                .allSatisfy(key -> assertThat(key.doc()).as(key.name()).isNotBlank());
    }
}
