package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.TogetherFunction;
import dev.quiver.task.MapOutput;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is true of barrier stages after every event: the tasks of an attempt were launched together, all of them and each
 * once; and who reads what they wrote reads outputs of one attempt.
 */
final class TogetherCheck {
    private final FakeMapOutputs outputs;
    private final Map<StageAttempt, Integer> launched = new LinkedHashMap<>();
    private final Map<StageAttempt, Integer> whole = new LinkedHashMap<>();
    private final Set<StageAttempt> complete = new LinkedHashSet<>();
    private final Set<ShuffleId> written = new LinkedHashSet<>();

    TogetherCheck(FakeMapOutputs outputs) {
        this.outputs = outputs;
    }

    static boolean isTogether(TestTask task) {
        return task.plan().nodes().stream()
                .anyMatch(node ->
                        node.op() instanceof Op.MapPartitions map && map.function() instanceof TogetherFunction);
    }

    void launched(TestTask task) {
        for (ShuffleId shuffle : task.reads()) {
            if (written.contains(shuffle)) {
                assertThat(outputs.outputs(shuffle).stream()
                                .map(MapOutput::epoch)
                                .distinct())
                        .as("attempts whose outputs %s reads of shuffle %s", task.id(), shuffle)
                        .hasSizeLessThanOrEqualTo(1);
            }
        }
        if (isTogether(task)) {
            assertThat(complete).as("%s begins late", task.id()).doesNotContain(task.stage());
            launched.merge(task.stage(), 1, Integer::sum);
            whole.put(task.stage(), task.layout().taskCount());
            if (task.writes() != null) {
                written.add(task.writes());
            }
        }
    }

    /** To be called after every event. */
    void check() {
        launched.forEach((attempt, tasks) ->
                assertThat(tasks).as("tasks of %s that began together", attempt).isEqualTo(whole.get(attempt)));
        complete.addAll(launched.keySet());
        launched.clear();
    }
}
