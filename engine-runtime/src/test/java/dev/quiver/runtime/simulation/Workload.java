package dev.quiver.runtime.simulation;

import dev.quiver.JobChoice;
import dev.quiver.StorageLevel;
import dev.quiver.engine.JobLabels;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.stage.StageInputs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What the user does: datasets with narrow and shuffle edges, some kept, and jobs over them, some cancelled. */
final class Workload {
    private static final int[] PARTITIONS = {0, 1, 2, 2, 7, 7, 7, 40};
    private static final StorageLevel[] LEVELS = {
        StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_ONLY_2, StorageLevel.DISK_ONLY
    };

    /**
     * A job.
     *
     * @param partitions  those it computes
     * @param saves       whether its tasks ask for a commit
     * @param cancelNanos when it is cancelled, or {@link Long#MAX_VALUE}
     */
    record Planned(
            long atNanos,
            Lineage lineage,
            int[] partitions,
            String pool,
            JobLabels labels,
            boolean saves,
            long cancelNanos) {}

    /** When the user ends some jobs. @param interrupt whether tasks that do not stop by themselves are made to */
    record Cancelled(long atNanos, JobChoice choice, boolean interrupt) {}

    /** When the user wants the kept partitions of a dataset no longer. */
    record Unpersisted(long atNanos, Lineage lineage) {}

    final List<Lineage> datasets = new ArrayList<>();
    final List<Planned> jobs = new ArrayList<>();
    final List<Unpersisted> unpersisted = new ArrayList<>();
    final List<Cancelled> cancelled = new ArrayList<>();
    private final Set<ShuffleId> shuffles = new LinkedHashSet<>();
    private final Set<ShuffleId> changing = new LinkedHashSet<>();
    private final Set<ShuffleId> absorbing = new LinkedHashSet<>();
    private final Map<Integer, Map<Integer, Long>> bytes = new TreeMap<>();
    private final Random random;
    private final Datasets lineages = new Datasets();
    private final boolean onContent;
    private final boolean byChance;
    private boolean large;

    /**
     * @param lastNanos when the last job begins
     * @param onContent whether it is about rows that change: then more do, and are read on several ways at once
     */
    Workload(Random random, long lastNanos, boolean onContent) {
        this.random = random;
        this.onContent = onContent;
        this.byChance = onContent || random.nextInt(4) == 0;
        this.large = random.nextInt(60) == 0;
        if (onContent) {
            defineDiamonds();
        } else {
            defineDatasets();
        }
        datasets.forEach(dataset -> StageInputs.history(dataset).forEach(this::describe));
        if (random.nextInt(onContent ? 2 : 3) == 0) {
            persistSome(lastNanos);
        }
        planJobs(lastNanos);
        if (random.nextInt(4) == 0) {
            planCancels(lastNanos);
        }
    }

    private void defineDatasets() {
        boolean together = random.nextInt(3) == 0;
        datasets.add(lineages.source(partitions()));
        for (int count = 1 + random.nextInt(8); count > 0; count--) {
            Lineage parent = random.nextBoolean() ? datasets.get(datasets.size() - 1) : any(datasets);
            switch (random.nextInt(8)) {
                case 0 -> datasets.add(lineages.source(partitions()));
                case 1 -> datasets.add(lineages.map(parent));
                case 2 -> datasets.add(lineages.union(parent, any(datasets)));
                case 3 ->
                    datasets.add(
                            together && parent.partitionCount() <= 7
                                    ? lineages.together(parent)
                                    : lineages.shuffled(parent, partitions()));
                default -> datasets.add(lineages.shuffled(parent, partitions()));
            }
        }
    }

    /** Long ways of shuffles behind one another, and short ones that lead to the same place. */
    private void defineDiamonds() {
        datasets.add(lineages.source(1 + random.nextInt(7)));
        for (int count = 3 + random.nextInt(5); count > 0; count--) {
            Lineage last = datasets.get(datasets.size() - 1);
            switch (random.nextInt(5)) {
                case 0 -> datasets.add(lineages.map(last));
                case 1 -> datasets.add(lineages.union(last, any(datasets)));
                default -> datasets.add(lineages.shuffled(last, 1 + random.nextInt(7)));
            }
        }
    }

    private void describe(ShuffleDependency shuffle) {
        if (!shuffles.add(shuffle.id())) {
            return;
        }
        if (byChance && random.nextInt(3) > 0) {
            changing.add(shuffle.id());
        } else if (random.nextInt(6) == 0) {
            absorbing.add(shuffle.id());
        }
        // Some partitions of every other shuffle read far more than the rest, and are split where that may be.
        if (shuffle.reduceCount() > 0 && random.nextBoolean()) {
            Map<Integer, Long> sizes = new TreeMap<>();
            for (int count = 1 + shuffle.reduceCount() / 4; count > 0; count--) {
                sizes.put(random.nextInt(shuffle.reduceCount()), 100L + random.nextInt(1000));
            }
            bytes.put(shuffle.id().value(), sizes);
        }
    }

    private void persistSome(long lastNanos) {
        for (Lineage dataset : datasets) {
            if (random.nextInt(3) == 0) {
                dataset.persist(LEVELS[random.nextInt(LEVELS.length)]);
                if (random.nextInt(4) == 0) {
                    unpersisted.add(new Unpersisted((long) (random.nextDouble() * lastNanos), dataset));
                }
            }
        }
    }

    private void planJobs(long lastNanos) {
        for (int count = random.nextInt(8); count >= 0; count--) {
            long at = count == 0 ? 0 : (long) (random.nextDouble() * lastNanos);
            Lineage lineage = count == 0 ? datasets.get(datasets.size() - 1) : any(datasets);
            long cancel = random.nextInt(8) == 0 ? at + (long) (random.nextDouble() * lastNanos / 2) : Long.MAX_VALUE;
            String pool = Knobs.POOLS[random.nextInt(Knobs.POOLS.length)];
            jobs.add(new Planned(
                    at,
                    lineage,
                    random.nextInt(4) == 0 ? some(lineage) : all(lineage),
                    pool,
                    labels(),
                    random.nextInt(onContent ? 2 : 3) == 0,
                    cancel));
        }
    }

    private static int[] all(Lineage lineage) {
        return IntStream.range(0, lineage.partitionCount()).toArray();
    }

    /** Few partitions, in any order; rather such as read far more than others. */
    private int[] some(Lineage lineage) {
        Set<Integer> some = new LinkedHashSet<>();
        int count = lineage.partitionCount();
        for (ShuffleDependency shuffle : StageInputs.all(lineage)) {
            bytes.getOrDefault(shuffle.id().value(), Map.of()).keySet().stream()
                    .filter(partition -> partition < count && random.nextBoolean())
                    .forEach(some::add);
        }
        for (int more = random.nextInt(3); count > 0 && more > 0; more--) {
            some.add(random.nextInt(count));
        }
        return some.stream().mapToInt(Integer::intValue).toArray();
    }

    private JobLabels labels() {
        JobLabels labels = JobLabels.NONE;
        labels = random.nextBoolean() ? labels.withGroup(name()) : labels;
        labels = random.nextBoolean() ? labels.withTag(name()) : labels;
        return random.nextBoolean() ? labels.withTag(name()) : labels;
    }

    private String name() {
        return random.nextBoolean() ? "one" : "other";
    }

    private void planCancels(long lastNanos) {
        for (int count = random.nextInt(3); count >= 0; count--) {
            JobChoice choice = switch (random.nextInt(8)) {
                case 0 -> JobChoice.all();
                case 1 -> JobChoice.job(random.nextInt(jobs.size()));
                case 2, 3 -> JobChoice.group(name());
                case 4, 5 -> JobChoice.tag(name());
                default -> JobChoice.stage(random.nextInt(8));
            };
            long at = any(jobs).atNanos() + (long) (random.nextDouble() * lastNanos / 4);
            cancelled.add(new Cancelled(at, choice, random.nextBoolean()));
        }
    }

    private int partitions() {
        if (large) {
            large = false;
            return 2001;
        }
        return PARTITIONS[random.nextInt(PARTITIONS.length)];
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    Set<ShuffleId> shuffles() {
        return shuffles;
    }

    /** Whether map outputs may come out with other rows when they are computed again. */
    boolean changes(ShuffleId shuffle) {
        return changing.contains(shuffle);
    }

    boolean anyChanges() {
        return !changing.isEmpty();
    }

    /** Whether some stage of a job has tasks that run at the same time, all or none. */
    static boolean isTogether(Lineage lineage) {
        return isTogetherNear(lineage)
                || StageInputs.history(lineage).stream().anyMatch(shuffle -> isTogetherNear(shuffle.parent()));
    }

    /** Whether the stage that computes a dataset has. */
    static boolean isTogetherNear(Lineage lineage) {
        if (lineage.isTogether()) {
            return true;
        }
        return lineage.dependencies().stream()
                .anyMatch(dependency ->
                        dependency instanceof Dependency.Narrow narrow && isTogetherNear(narrow.parent()));
    }

    /** Whether the rows of map outputs do not depend on what they are computed from. */
    boolean absorbs(ShuffleId shuffle) {
        return absorbing.contains(shuffle);
    }

    /** Bytes that a reduce partition reads from each map output. */
    long bytes(ShuffleId shuffle, int reducePartition) {
        return bytes.getOrDefault(shuffle.value(), Map.of()).getOrDefault(reducePartition, 1L);
    }
}
