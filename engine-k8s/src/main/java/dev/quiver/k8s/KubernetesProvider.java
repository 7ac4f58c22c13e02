package dev.quiver.k8s;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import java.util.Collection;
import java.util.List;

/** Answers for {@code k8s://…}: executors in pods are not built yet, and whoever asks for them is told so at once. */
public final class KubernetesProvider implements EngineProvider {
    @Override
    public boolean accepts(String master) {
        return master.startsWith("k8s://");
    }

    @Override
    public String forms() {
        return "k8s://https://host:port (not built yet)";
    }

    @Override
    public void check(String master) {
        throw new UsageException("master '" + master + "': Kubernetes is not built yet; run on this machine with"
                + " 'local[*]' or 'local-cluster[2,1,1024]'");
    }

    @Override
    public Collection<ConfigKey<?>> keys() {
        return List.of();
    }

    @Override
    public Engine start(String master, Config config) {
        check(master);
        throw new IllegalStateException("every master is refused");
    }
}
