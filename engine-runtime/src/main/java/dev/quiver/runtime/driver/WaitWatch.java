package dev.quiver.runtime.driver;

import dev.quiver.StageWait;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Looks now and then what stages wait for, for those who show or write it. Belongs to the driver's loop. */
final class WaitWatch {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Consumer<List<StageWait>> changed;
    private List<Wait> last = List.of();

    /** What makes a wait another one; how long it still takes does not. */
    private record Wait(int stage, int tasks, StageWait.Reason reason, String detail) {}

    /** @param changed told what there is now, when it is not what there was; must not block */
    WaitWatch(Consumer<List<StageWait>> changed) {
        this.changed = changed;
    }

    void look(List<StageWait> waits) {
        List<Wait> now = waits.stream()
                .map(wait -> new Wait(wait.stage(), wait.tasks(), wait.reason(), wait.detail()))
                .toList();
        if (!now.equals(last)) {
            last = now;
            changed.accept(waits);
        }
    }
}
