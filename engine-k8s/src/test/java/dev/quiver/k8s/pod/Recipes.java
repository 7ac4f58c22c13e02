package dev.quiver.k8s.pod;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Executors as a driver would describe them, and their pods. */
public final class Recipes {
    static final ExecutorId FIRST = new ExecutorId("1", 0);
    static final String IMAGE = "registry.example/quiver:1";

    private Recipes() {}

    /** Two slots and half a GiB of heap. */
    public static ExecutorRecipe recipe() {
        return new ExecutorRecipe(
                "app-1",
                2,
                Bytes.mebi(512),
                Bytes.of(0),
                (executor, place) -> List.of(
                        place.java(),
                        "-cp",
                        place.classPath(),
                        executor.name(),
                        place.host(),
                        place.greeting(),
                        place.folder()),
                executor -> ("secret of " + executor).getBytes(StandardCharsets.UTF_8),
                code -> false);
    }

    /** The settings of executor pods, as pairs of key and value. */
    public static PodSettings settings(String... pairs) {
        Map<String, String> values = new TreeMap<>();
        values.put("quiver.kubernetes.container.image", IMAGE);
        for (int index = 0; index < pairs.length; index += 2) {
            values.put("quiver." + pairs[index], pairs[index + 1]);
        }
        return PodSettings.of(Config.of(values), PodKeys.EXECUTOR);
    }

    static Pod pod(Pod template, String... pairs) {
        return new ExecutorPodSpec(recipe(), settings(pairs), template, null).pod(FIRST);
    }
}
