package dev.quiver.k8s.allocate;

import dev.quiver.id.ExecutorId;

/** What is asked of the API server. Never blocks; the allocation is told later what became of it. */
public interface PodApi {
    /** Makes the pod of an executor; ends in {@link PodAllocation#created} or {@link PodAllocation#refused}. */
    void create(ExecutorId executor);

    /** Deletes the pod of an executor and what belongs to it; tried until the server has done so, or nothing is left. */
    void delete(ExecutorId executor);
}
