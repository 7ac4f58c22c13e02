package dev.quiver.k8s.client;

import dev.quiver.UsageException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** The pod that a driver runs in, which owns what the driver makes: when it goes, the cluster takes that along. */
public final class DriverPod {
    private DriverPod() {}

    /**
     * The driver's pod as an owner.
     *
     * @param name of the pod; empty when the driver runs in none
     * @return null when it runs in none
     * @throws UsageException if there is no such pod, or it may not be looked at
     */
    public static OwnerReference owner(KubernetesClient client, String name) {
        if (name.isEmpty()) {
            return null;
        }
        try {
            Pod pod = client.pods()
                    .inNamespace(client.getNamespace())
                    .withName(name)
                    .get();
            if (pod == null) {
                throw new UsageException("quiver.kubernetes.driver.pod.name: there is no pod '" + name
                        + "' in namespace '" + client.getNamespace() + "'");
            }
            return new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Pod")
                    .withName(name)
                    .withUid(pod.getMetadata().getUid())
                    .withController(true)
                    .build();
        } catch (KubernetesClientException failure) {
            throw new UsageException(
                    "the driver cannot look at its own pod '" + name + "': "
                            + Refusals.of(client).of(failure).text(),
                    failure);
        }
    }
}
