package dev.quiver.k8s.pod;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pod of an executor, and the secret that holds its greeting. A pure function: the same configuration and the same
 * executor give the same objects.
 *
 * <p>Only this pod mounts its greeting, and it asks nothing of the API server.
 *
 * @param recipe   what executors are made from
 * @param settings of their pods
 * @param template that they start from
 * @param owner    with which they go, or null
 */
public record ExecutorPodSpec(ExecutorRecipe recipe, PodSettings settings, Pod template, OwnerReference owner) {
    /** The container that the engine runs in; one of that name in a template is taken, else its first. */
    public static final String CONTAINER = "executor";

    static final String GREETING_KEY = "greeting";

    private static final String GREETING_FOLDER = "/etc/quiver/greeting";
    private static final String GREETING_VOLUME = "quiver-greeting";

    /** The name of an executor's pod, and of its secret. */
    public String name(ExecutorId executor) {
        return name(recipe.application(), executor);
    }

    /** The name of an executor's pod, and of its secret. */
    public static String name(String application, ExecutorId executor) {
        return "quiver-" + application + "-exec-" + executor.name();
    }

    /** Its greeting, which only its pod sees. */
    public Secret secret(ExecutorId executor) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(executor))
                .withLabels(Labels.executor(recipe.application(), executor))
                .withOwnerReferences(owners())
                .endMetadata()
                .withType("Opaque")
                .withImmutable(true)
                .withData(Map.of(
                        GREETING_KEY,
                        Base64.getEncoder().encodeToString(recipe.greeting().apply(executor))))
                .build();
    }

    /** Its pod. */
    public Pod pod(ExecutorId executor) {
        return new PodShape(
                        name(executor),
                        Labels.executor(recipe.application(), executor),
                        CONTAINER,
                        command(executor),
                        settings.containerBytes(recipe.heap(), recipe.offHeap()),
                        String.valueOf(recipe.slots()),
                        false,
                        List.of(),
                        List.of(PodShape.secretVolume(GREETING_VOLUME, name(executor))),
                        List.of(PodShape.mount(GREETING_VOLUME, GREETING_FOLDER, true)),
                        List.of(),
                        owners())
                .pod(template, settings);
    }

    private List<String> command(ExecutorId executor) {
        ExecutorRecipe.Place place = new ExecutorRecipe.Place(
                "java",
                0,
                PodShape.CLASS_PATH,
                "$(" + PodShape.ADDRESS_VARIABLE + ")",
                folders(executor),
                GREETING_FOLDER + "/" + GREETING_KEY,
                PodShape.LOGGING);
        return recipe.command().line(executor, place);
    }

    /** A folder of its own in each place: on a disk of the node executors of many pods meet. */
    private String folders(ExecutorId executor) {
        return LocalPlaces.of(template, CONTAINER, settings).stream()
                .map(place -> place + "/" + name(executor))
                .collect(Collectors.joining(","));
    }

    private List<OwnerReference> owners() {
        return owner == null ? List.of() : List.of(owner);
    }
}
