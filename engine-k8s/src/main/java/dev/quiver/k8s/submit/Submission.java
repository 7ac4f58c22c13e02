package dev.quiver.k8s.submit;

import dev.quiver.QuiverException;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.k8s.client.DriverPodAtServer;
import dev.quiver.k8s.client.DriverPodAtServer.Ended;
import dev.quiver.k8s.pod.DriverPodSpec;
import dev.quiver.k8s.pod.PodKeys;
import dev.quiver.k8s.pod.PodSettings;
import dev.quiver.k8s.pod.PodTemplate;
import dev.quiver.scheduler.backend.ClusterApplication;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs one application's driver in a pod: makes the pod and its settings, sends the jars, shows what becomes of it and what
 * it prints, and takes it away. From the moment the jars are there the driver needs this process no more.
 */
public final class Submission {
    private final KubernetesClient client;
    private final Clock clock;
    private final SubmissionSettings settings;
    private final DriverPodSpec spec;
    private final JarSources jars;
    private final OutputStream out;
    private final Consumer<String> tells;

    /**
     * @param id     that tells this submission from others
     * @param client to the API server; borrowed
     * @throws dev.quiver.UsageException if a setting is wrong, or a jar cannot be read
     */
    public Submission(
            String id,
            KubernetesClient client,
            Clock clock,
            Config config,
            ClusterApplication application,
            OutputStream out,
            Consumer<String> tells) {
        this.client = client;
        this.clock = clock;
        this.settings = SubmissionSettings.of(config);
        this.jars = JarSources.of(application.jars(), DriverPodSpec.JAR_FOLDER);
        PodSettings pod = PodSettings.of(config, PodKeys.DRIVER);
        this.spec = new DriverPodSpec(
                id,
                application,
                pod,
                PodTemplate.read(PodKeys.DRIVER.template(), pod.template()),
                jars.inPod(),
                jars.orders());
        this.out = out;
        this.tells = tells;
    }

    /** The settings of submissions. */
    public static List<ConfigKey<?>> keys() {
        return SubmissionSettings.keys();
    }

    /** Runs it. Returns the exit code of the driver; 0 when nobody waits for it. */
    public int run() {
        DriverPodAtServer pod = new DriverPodAtServer(client, spec, clock, tells);
        pod.create();
        Thread interrupted = new Thread(() -> onInterrupt(pod), "submission-interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        boolean over = false;
        try {
            send(pod);
            if (!settings.waits()) {
                tells.accept("quiver: driver pod " + spec.name() + " starts; its log: " + pod.logCommand());
                return 0;
            }
            Ended end = pod.follow(out);
            over = true;
            if (!end.reason().isEmpty()) {
                tells.accept("quiver: " + end.reason());
            }
            return end.exitCode();
        } catch (QuiverException failure) {
            pod.delete();
            throw failure;
        } finally {
            forget(interrupted);
            if (over && !settings.keepsPod()) {
                pod.delete();
            }
        }
    }

    private void send(DriverPodAtServer pod) {
        if (!jars.orders().isEmpty()) {
            pod.awaitReceiver();
        }
        for (JarSources.Upload upload : jars.uploads()) {
            pod.send(upload.file(), upload.target(), upload.hash());
        }
    }

    private void onInterrupt(DriverPodAtServer pod) {
        if (settings.endsWithThis()) {
            tells.accept("quiver: ending driver pod " + spec.name());
            pod.delete();
        } else {
            tells.accept("quiver: driver pod " + spec.name() + " goes on without this process; its log: "
                    + pod.logCommand() + "; to end it: " + pod.deleteCommand());
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // It runs, or has run: that is what it is for.
            hook.setName("submission-interrupted-late");
        }
    }
}
