package dev.quiver;

import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds keys that split a dataset into ranges of about equal size. Every partition gives a reservoir of the same size; a
 * partition that holds far more rows than its reservoir stands for is sampled again, in a second job. The same rows give
 * the same sample.
 */
final class KeySample {
    private static final int KEYS_PER_PARTITION = 20;
    private static final double MOST_KEYS = 1e6;
    private static final int OVERSAMPLING = 3;

    private KeySample() {}

    /** A sampled key and how many rows it stands for. */
    private record Weighted(Object key, double rows) {}

    /** @return ascending in {@code order}, distinct, at most {@code partitions - 1} */
    static <K> Object[] bounds(
            Dataset<? extends Pair<K, ?>> pairs, Comparator<K> order, int partitions, CallSite site) {
        Lineage input = pairs.lineage();
        double wanted = Math.min((double) KEYS_PER_PARTITION * partitions, MOST_KEYS);
        int reservoir = (int) Math.ceil(OVERSAMPLING * wanted / input.partitionCount());
        List<Pair<Long, List<Object>>> sketches = sample(pairs, reservoir, Actions.all(input), site);
        double total = sketches.stream().mapToLong(Pair::key).sum();
        double fraction = total == 0 ? 0 : Math.min(wanted / total, 1);
        List<Weighted> keys = new ArrayList<>();
        List<Integer> crowded = new ArrayList<>();
        for (int partition = 0; partition < sketches.size(); partition++) {
            Pair<Long, List<Object>> sketch = sketches.get(partition);
            if (fraction * sketch.key() > reservoir) {
                crowded.add(partition);
            } else {
                weigh(sketch, keys);
            }
        }
        if (!crowded.isEmpty()) {
            int[] again = crowded.stream().mapToInt(Integer::intValue).toArray();
            long largest = crowded.stream()
                    .mapToLong(partition -> sketches.get(partition).key())
                    .max()
                    .orElse(0);
            sample(pairs, (int) Math.ceil(fraction * largest), again, site).forEach(sketch -> weigh(sketch, keys));
        }
        return choose(keys, order, partitions);
    }

    private static void weigh(Pair<Long, List<Object>> sketch, List<Weighted> keys) {
        double rows = (double) sketch.key() / Math.max(1, sketch.value().size());
        sketch.value().forEach(key -> keys.add(new Weighted(key, rows)));
    }

    private static List<Pair<Long, List<Object>>> sample(
            Dataset<?> pairs, int reservoir, int[] partitions, CallSite site) {
        List<Pair<Long, List<Object>>> sketches = new ArrayList<>();
        pairs.session()
                .run(
                        pairs.lineage(),
                        partitions,
                        new Action.SampleKeys(reservoir),
                        new InOrder<Pair<Long, List<Object>>>(sketches::add),
                        site);
        return sketches;
    }

    @SuppressWarnings("unchecked")
    private static <K> Object[] choose(List<Weighted> keys, Comparator<K> order, int partitions) {
        keys.sort((left, right) -> order.compare((K) left.key(), (K) right.key()));
        double step = keys.stream().mapToDouble(Weighted::rows).sum() / partitions;
        List<Object> bounds = new ArrayList<>();
        double seen = 0;
        double target = step;
        for (Weighted candidate : keys) {
            seen += candidate.rows();
            boolean isNew =
                    bounds.isEmpty() || order.compare((K) candidate.key(), (K) bounds.get(bounds.size() - 1)) > 0;
            if (seen >= target && isNew && bounds.size() < partitions - 1) {
                bounds.add(candidate.key());
                target += step;
            }
        }
        return bounds.toArray();
    }
}
