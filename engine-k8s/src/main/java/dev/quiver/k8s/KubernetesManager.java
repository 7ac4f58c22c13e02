package dev.quiver.k8s;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.k8s.allocate.AllocationRules;
import dev.quiver.k8s.client.Clients;
import dev.quiver.k8s.client.Clients.Login;
import dev.quiver.k8s.client.DriverPod;
import dev.quiver.k8s.client.ReachableHost;
import dev.quiver.k8s.pod.ExecutorPodSpec;
import dev.quiver.k8s.pod.PodKeys;
import dev.quiver.k8s.pod.PodSettings;
import dev.quiver.k8s.pod.PodTemplate;
import dev.quiver.k8s.submit.Submission;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.backend.ClusterApplication;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.backend.ClusterManager;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Runs {@code k8s://…}: executors in pods. */
public final class KubernetesManager implements ClusterManager {
    @Override
    public boolean accepts(String master) {
        return master.startsWith(KubernetesMaster.PREFIX);
    }

    @Override
    public String forms() {
        return KubernetesMaster.FORM;
    }

    @Override
    public void check(String master) {
        KubernetesMaster.parse(master);
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(KubernetesSettings.keys());
        keys.addAll(PodKeys.keys());
        keys.addAll(AllocationRules.keys());
        keys.addAll(Submission.keys());
        return keys;
    }

    @Override
    public String reachableHost(String master, Config config) {
        try (KubernetesClient client = Clients.open(login(master, config))) {
            return ReachableHost.towards(client.getConfiguration().getMasterUrl());
        }
    }

    @Override
    public ClusterBackend start(String master, Config config, ExecutorRecipe recipe, ClusterBackend.Events events) {
        PodSettings settings = PodSettings.of(config, PodKeys.EXECUTOR);
        Pod template = PodTemplate.read(PodKeys.EXECUTOR.template(), settings.template());
        AllocationRules rules =
                AllocationRules.of(config, AllocationSettings.of(config).idleTimeout());
        KubernetesClient client = Clients.open(login(master, config));
        try {
            OwnerReference owner = DriverPod.owner(
                    client, config.get(KubernetesSettings.DRIVER_POD).trim());
            ExecutorPodSpec spec = new ExecutorPodSpec(recipe, settings, template, owner);
            return new KubernetesBackend(client, spec, rules, Clock.system(), events);
        } catch (RuntimeException failure) {
            client.close();
            throw failure;
        }
    }

    /** A pod finds its API server by itself. */
    @Override
    public String masterInside() {
        return KubernetesMaster.PREFIX;
    }

    @Override
    public int submit(
            String master, Config config, ClusterApplication application, OutputStream out, Consumer<String> tells) {
        try (KubernetesClient client = Clients.open(login(master, config))) {
            Clock clock = Clock.system();
            String id = Long.toString(clock.epochMillis(), Character.MAX_RADIX);
            return new Submission(id, client, clock, config, application, out, tells).run();
        }
    }

    private static Login login(String master, Config config) {
        return new Login(
                KubernetesMaster.parse(master).server(),
                config.get(KubernetesSettings.CONTEXT).trim(),
                config.get(KubernetesSettings.NAMESPACE).trim(),
                config.get(KubernetesSettings.CA_CERTIFICATE).trim(),
                config.get(KubernetesSettings.TOKEN_FILE).trim(),
                config.get(KubernetesSettings.CLIENT_CERTIFICATE).trim(),
                config.get(KubernetesSettings.CLIENT_KEY).trim());
    }
}
