package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may publish: at most one attempt of a partition at a time, and none once one has. Where tasks run together, those of a
 * later attempt of their stage may publish anew, over what an attempt left that counts no more.
 */
final class Commits {
    private final Map<String, Grant> grants = new LinkedHashMap<>();
    private final Set<Grant> journal = new LinkedHashSet<>();
    private final Set<String> published = new LinkedHashSet<>();

    private final World world;

    private record Grant(ExecutorId executor, TaskAttempt task) {}

    Commits(World world) {
        this.world = world;
    }

    private static String place(TaskAttempt task) {
        return task.stage().stage() + "/" + task.partition();
    }

    private String result(TaskAttempt task) {
        return world.invariants.together.isTogether(task.stage()) ? task.stage() + "/" + task.partition() : place(task);
    }

    /** The driver has written down that an attempt may publish. */
    void journaled(ExecutorId executor, TaskAttempt task) {
        journal.add(new Grant(executor, task));
    }

    /** Whether an attempt of the same partition may publish that is of an older attempt of its stage. */
    boolean isHeldByOlder(TaskAttempt task) {
        Grant grant = grants.get(place(task));
        return grant != null && grant.task().stage().epoch() < task.stage().epoch();
    }

    /** The driver lets an attempt publish. */
    void granted(ExecutorId executor, TaskAttempt task) {
        if (!journal.contains(new Grant(executor, task))) {
            throw new AssertionError(task + " may publish, which was not written down");
        }
        if (published.contains(result(task))) {
            throw new AssertionError(task + " may publish what was published already");
        }
        Grant grant = new Grant(executor, task);
        Grant other = grants.put(place(task), grant);
        if (other != null && !other.equals(grant)) {
            throw new AssertionError(grant + " may publish while " + other + " may");
        }
    }

    /** The driver has heard how an attempt ended. */
    void ended(ExecutorId executor, TaskAttempt task, boolean success) {
        if (grants.remove(place(task), new Grant(executor, task)) && success) {
            published.add(result(task));
        }
    }

    void lost(ExecutorId executor) {
        grants.values().removeIf(grant -> grant.executor().equals(executor));
    }
}
