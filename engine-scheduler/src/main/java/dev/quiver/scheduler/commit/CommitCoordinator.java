package dev.quiver.scheduler.commit;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.port.CommitJournal;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Grants the right to publish output: to one attempt of a partition at a time, across all attempts of its stage. A
 * grant lives until its attempt ends or its executor is lost, so there are never more of them than running tasks; that
 * a partition is finished, and gets no grant any more, is known to its task set.
 */
public final class CommitCoordinator {
    private final CommitJournal journal;
    private final Map<StageId, Map<Integer, Grant>> grants = new LinkedHashMap<>();

    public CommitCoordinator(CommitJournal journal) {
        this.journal = journal;
    }

    /**
     * Asks for the grant, on behalf of an attempt that runs. Asking twice gives the same answer.
     *
     * @throws IOException if the grant could not be written down: then there is none
     */
    public boolean request(ExecutorId executor, TaskAttempt task) throws IOException {
        Map<Integer, Grant> ofStage = grants.get(task.stage().stage());
        Grant held = ofStage == null ? null : ofStage.get(task.partition());
        if (held != null) {
            return held.task().equals(task) && held.executor().equals(executor);
        }
        journal.granted(task, executor);
        grants.computeIfAbsent(task.stage().stage(), stage -> new TreeMap<>())
                .put(task.partition(), new Grant(task, executor));
        return true;
    }

    /** An attempt ended: a grant it held is over. */
    public void ended(TaskAttempt task) {
        if (grants.isEmpty()) {
            return;
        }
        Map<Integer, Grant> ofStage = grants.get(task.stage().stage());
        Grant held = ofStage == null ? null : ofStage.get(task.partition());
        if (held != null && held.task().equals(task)) {
            ofStage.remove(task.partition());
            if (ofStage.isEmpty()) {
                grants.remove(task.stage().stage());
            }
        }
    }

    /** Partitions some attempt holds the grant of, a fresh set. */
    public BitSet granted(StageId stage) {
        BitSet partitions = new BitSet();
        grants.getOrDefault(stage, Map.of()).keySet().forEach(partitions::set);
        return partitions;
    }

    /** Whether some attempt of a partition holds the grant. */
    public boolean isGranted(StageId stage, int partition) {
        return grants.getOrDefault(stage, Map.of()).containsKey(partition);
    }

    /** Grants that live. */
    public int count() {
        return grants.values().stream().mapToInt(Map::size).sum();
    }

    private record Grant(TaskAttempt task, ExecutorId executor) {}
}
