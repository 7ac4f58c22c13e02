package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.engine.JobRequest;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Datasets that are to be checkpointed, and when: after the first job that needed them. Safe for many threads; whichever
 * action comes first makes a checkpoint, and others go on meanwhile with the lineage as it is.
 *
 * <pre>
 * marked --a job needed it--> claimed by its action --written--> lineage cut
 *    ^                              |
 *    +--------- failed -------------+
 * </pre>
 */
final class Checkpoints {
    private final Engine engine;
    private final AtomicLong folders = new AtomicLong();

    /** By identity, for a lineage has no other; goes with the dataset. */
    private final Map<Lineage, Mark> marked = Collections.synchronizedMap(new WeakHashMap<>());

    private record Mark(CallSite site, boolean local) {}

    Checkpoints(Engine engine) {
        this.engine = engine;
    }

    void mark(Lineage lineage, CallSite site) {
        applicationFolder(site);
        if (!isDone(lineage)) {
            marked.put(lineage, new Mark(site, false));
        }
    }

    void markLocal(Lineage lineage, CallSite site) {
        StorageLevel level = lineage.storageLevel();
        if (!level.usesDisk()) {
            throw new UsageException(
                    site + ": the dataset is persisted at " + level + ", which drops rows when memory is"
                            + " short, and nothing could compute them again; unpersist() it first, or persist it at "
                            + StorageLevel.MEMORY_AND_DISK);
        }
        if (!isDone(lineage)) {
            marked.putIfAbsent(lineage, new Mark(site, true));
        }
    }

    static boolean isDone(Lineage lineage) {
        Op op = lineage.op();
        return op instanceof Op.Checkpointed || op instanceof Op.LocallyCheckpointed;
    }

    private Path applicationFolder(CallSite site) {
        String name = engine.config().get(SessionConfig.CHECKPOINT_DIR);
        if (name.isBlank()) {
            throw new UsageException(
                    site + ": no folder for checkpoints is set; name one that driver and executors share:"
                            + " config(\"" + SessionConfig.CHECKPOINT_DIR.name()
                            + "\", \"/shared/checkpoints\") when the session is"
                            + " built, or --conf " + SessionConfig.CHECKPOINT_DIR.name() + "=/shared/checkpoints");
        }
        return Folders.shared(name, site, "write checkpoints to").resolve(engine.applicationId());
    }

    /** Makes the checkpoints that wait for a job which needed this dataset. */
    void afterJob(Lineage root) {
        if (marked.isEmpty()) {
            return;
        }
        for (Lineage lineage : inputsFirst(root)) {
            Mark mark = marked.remove(lineage);
            if (mark != null) {
                make(lineage, mark);
            }
        }
    }

    private void make(Lineage lineage, Mark mark) {
        boolean made = false;
        try {
            if (mark.local) {
                keepEverything(lineage, mark.site);
                lineage.cut(new Op.LocallyCheckpointed());
            } else {
                lineage.cut(write(lineage, mark.site));
            }
            made = true;
        } finally {
            if (!made) {
                marked.putIfAbsent(lineage, mark);
            }
        }
    }

    private Op write(Lineage lineage, CallSite site) {
        String name = "dataset-" + lineage.id() + "-" + folders.getAndIncrement();
        CheckpointFolder folder =
                CheckpointFolder.create(applicationFolder(site).resolve(name), site);
        try {
            Action.CheckpointPart[] parts = new Action.CheckpointPart[lineage.partitionCount()];
            run(
                    lineage,
                    Actions.all(lineage),
                    new Action.SaveCheckpoint(folder.path().toString()),
                    (index, part) -> parts[index] = (Action.CheckpointPart) part,
                    site);
            Op.Checkpointed published = folder.publish(List.of(parts));
            if (engine.config().get(SessionConfig.CHECKPOINT_CLEAN)) {
                folder.removeWith(lineage);
            }
            return published;
        } catch (RuntimeException | Error failure) {
            folder.abandon(failure);
            throw failure;
        }
    }

    /** The action before stored what it computed; what it left out, as {@code take} does, is computed now. */
    private void keepEverything(Lineage lineage, CallSite site) {
        int[] missing = engine.partitionsNotKept(lineage);
        if (missing.length > 0) {
            run(lineage, missing, new Action.Count(), (index, rows) -> {}, site);
            missing = engine.partitionsNotKept(lineage);
        }
        if (missing.length > 0) {
            throw new QuiverException(site + ": " + missing.length + " of " + lineage.partitionCount()
                    + " partitions could not be kept, the first of them " + missing[0]
                    + ": their executor was lost just now, or has room for them neither in memory nor on disk. The"
                    + " lineage is as it was, and the next action tries again.");
        }
    }

    private void run(
            Lineage lineage, int[] partitions, Action action, JobRequest.ResultHandler<Object> results, CallSite site) {
        if (partitions.length > 0) {
            engine.run(new JobRequest<>(lineage, partitions, action, results, site));
        }
    }

    /** All that a dataset is computed from, every input before its readers; without recursion. */
    private static List<Lineage> inputsFirst(Lineage root) {
        List<Lineage> ordered = new ArrayList<>();
        Set<Lineage> entered = new HashSet<>();
        Set<Lineage> done = new HashSet<>();
        ArrayDeque<Lineage> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Lineage node = open.peek();
            if (entered.add(node)) {
                for (Dependency dependency : node.dependencies()) {
                    if (!entered.contains(dependency.parent())) {
                        open.push(dependency.parent());
                    }
                }
            } else {
                open.pop();
                if (done.add(node)) {
                    ordered.add(node);
                }
            }
        }
        return ordered;
    }
}
