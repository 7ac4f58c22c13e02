package dev.quiver.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The most pods that lived at once, as a watch saw them. A pod that was told to end lives no more. */
final class PodCount implements Watcher<Pod> {
    private final Set<String> living = ConcurrentHashMap.newKeySet();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public void eventReceived(Action action, Pod pod) {
        String phase = String.valueOf(pod.getStatus().getPhase());
        boolean over = action == Action.DELETED
                || pod.getMetadata().getDeletionTimestamp() != null
                || phase.equals("Succeeded")
                || phase.equals("Failed");
        if (over) {
            living.remove(pod.getMetadata().getName());
        } else {
            living.add(pod.getMetadata().getName());
        }
        most.accumulateAndGet(living.size(), Math::max);
    }

    @Override
    public void onClose(WatcherException cause) {
        // What was not seen must not pass for fewer pods.
        most.set(Integer.MAX_VALUE);
    }

    int most() {
        return most.get();
    }
}
