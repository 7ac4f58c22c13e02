package dev.quiver.k8s.pod;

import dev.quiver.UsageException;
import dev.quiver.config.ConfigKey;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the file with a pod that others start from. */
public final class PodTemplate {
    private PodTemplate() {}

    /**
     * The pod in a file, in YAML or JSON.
     *
     * @param setting that names the file
     * @param file    empty for none: an empty pod
     * @throws UsageException naming the setting, the file and what is wrong with it
     */
    public static Pod read(ConfigKey<String> setting, String file) {
        if (file.isEmpty()) {
            return new Pod();
        }
        try {
            String text = Files.readString(Path.of(file));
            Object read = new KubernetesSerialization().unmarshal(text);
            if (read instanceof Pod pod) {
                return pod;
            }
            throw new UsageException(setting.name() + ": '" + file + "' holds "
                    + (read == null ? "nothing" : "a " + read.getClass().getSimpleName()) + ", not a Pod");
        } catch (IOException unreadable) {
            throw new UsageException(setting.name() + ": cannot read '" + file + "': " + unreadable, unreadable);
        } catch (RuntimeException malformed) {
            if (malformed instanceof UsageException known) {
                throw known;
            }
            throw new UsageException(
                    setting.name() + ": '" + file + "' is no pod: " + firstLine(malformed.getMessage()), malformed);
        }
    }

    /** Those of a template, which may say nothing of any. */
    static List<Container> containers(Pod template) {
        return template.getSpec() == null ? List.of() : template.getSpec().getContainers();
    }

    /** The one that becomes the engine's: that of the name, else the first; an empty one where there is none. */
    static Container container(Pod template, String name) {
        List<Container> all = containers(template);
        return all.stream()
                .filter(each -> name.equals(each.getName()))
                .findFirst()
                .orElse(all.isEmpty() ? new Container() : all.get(0));
    }

    private static String firstLine(String message) {
        return message == null
                ? "it cannot be read"
                : message.lines().findFirst().orElse("");
    }
}
