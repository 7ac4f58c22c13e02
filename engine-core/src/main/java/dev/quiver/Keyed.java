package dev.quiver;

import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.serializer.ClosureCheck;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dataset of pairs, with the operators that bring equal keys together. Keys are compared by {@code equals} and must not
 * be arrays, except where they are only sorted. Operators without a partition count reuse the partitioning of their input
 * where it has one. Immutable but for its storage level, and safe for use by many threads.
 *
 * @param <K> type of the keys; null is a key like any other
 * @param <V> type of the values
 */
public final class Keyed<K, V> {
    private final Dataset<Pair<K, V>> rows;

    Keyed(Dataset<Pair<K, V>> rows) {
        this.rows = rows;
    }

    /** Pairs that exist already, as keys and values; costs nothing. */
    public static <K, V> Keyed<K, V> of(Dataset<Pair<K, V>> pairs) {
        return new Keyed<>(pairs);
    }

    /** The pairs as rows; costs nothing. */
    public Dataset<Pair<K, V>> rows() {
        return rows;
    }

    // ---- operators, partition by partition ------------------------------------------------------------------------

    public Dataset<K> keys() {
        return rows.narrow(
                new Op.Map(PairPart.KEY),
                Shapes.key(rows.shape()),
                rows.session().define("keys"));
    }

    public Dataset<V> values() {
        return rows.narrow(
                new Op.Map(PairPart.VALUE),
                Shapes.value(rows.shape()),
                rows.session().define("values"));
    }

    /** Replaces each value; keys stay where they are. */
    public <W> Keyed<K, W> mapValues(MapFunction<? super V, ? extends W> function) {
        CallSite site = rows.checked("mapValues", function);
        Shape value = Shapes.ofFunction(function, Shapes.value(rows.shape()));
        return keepingKeys(new Op.MapValues(Casts.erased(function)), withValue(value), site);
    }

    /** Any number of values for each value, with its key; keys stay where they are. */
    public <W> Keyed<K, W> flatMapValues(FlatMapFunction<? super V, ? extends W> function) {
        CallSite site = rows.checked("flatMapValues", function);
        return keepingKeys(
                new Op.FlatMap(new RowFunctions.FlatValues(Casts.erased(function))), withValue(Shape.UNKNOWN), site);
    }

    /** The pairs that pass. */
    public Keyed<K, V> filter(FilterFunction<? super Pair<K, V>> function) {
        return new Keyed<>(rows.filter(function));
    }

    /** The pairs of this dataset, then those of the others. */
    @SafeVarargs
    public final Keyed<K, V> union(Keyed<K, V>... others) {
        Dataset<Pair<K, V>> all = rows;
        if (others.length > 0) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Dataset<Pair<K, V>>[] datasets = new Dataset[others.length];
            for (int index = 0; index < others.length; index++) {
                datasets[index] = others[index].rows;
            }
            all = rows.union(datasets);
        }
        return new Keyed<>(all);
    }

    /** Fewer partitions without a shuffle. */
    public Keyed<K, V> coalesce(int partitions) {
        return new Keyed<>(rows.coalesce(partitions));
    }

    /** Pairs dealt out evenly, by a shuffle; equal keys do not come together. */
    public Keyed<K, V> repartition(int partitions) {
        return new Keyed<>(rows.repartition(partitions));
    }

    // ---- operators that bring keys together -----------------------------------------------------------------------

    /** Merges the values of each key; {@code merge} must be associative and commutative. */
    public Keyed<K, V> reduceByKey(ReduceFunction<V> merge) {
        CallSite site = rows.checked("reduceByKey", merge);
        return reduce(merge, 0, site);
    }

    /** Merges the values of each key, into this many partitions. */
    public Keyed<K, V> reduceByKey(ReduceFunction<V> merge, int partitions) {
        CallSite site = rows.checked("reduceByKey", merge);
        Session.requirePartitions(partitions, site);
        return reduce(merge, partitions, site);
    }

    private Keyed<K, V> reduce(ReduceFunction<V> merge, int partitions, CallSite site) {
        return aggregated(new Aggregation.Reduce(Casts.erased(merge)), Shapes.value(rows.shape()), partitions, site);
    }

    /** The values of each key as a list, in no particular order. Prefer reduceByKey where it can do the work. */
    public Keyed<K, List<V>> groupByKey() {
        CallSite site = rows.session().define("groupByKey");
        return aggregated(new Aggregation.Group(), Shapes.listOf(Shapes.value(rows.shape())), 0, site);
    }

    /** The values of each key as a list, in this many partitions. */
    public Keyed<K, List<V>> groupByKey(int partitions) {
        CallSite site = rows.session().define("groupByKey");
        Session.requirePartitions(partitions, site);
        return aggregated(new Aggregation.Group(), Shapes.listOf(Shapes.value(rows.shape())), partitions, site);
    }

    /**
     * Folds the values of each key into an accumulator of another type.
     *
     * @param create makes an accumulator of the first value
     * @param add    adds a value; may change and return its accumulator
     * @param merge  merges two accumulators; may change and return the first
     */
    public <A> Keyed<K, A> combineByKey(
            MapFunction<? super V, ? extends A> create, MergeFunction<A, ? super V, A> add, ReduceFunction<A> merge) {
        CallSite site = rows.checked("combineByKey", create);
        ClosureCheck.check(add, site);
        ClosureCheck.check(merge, site);
        Shape value = Shapes.ofFunction(create, Shapes.value(rows.shape()));
        return aggregated(combine(Casts.erased(create), add, merge), value, 0, site);
    }

    /**
     * Folds the values of each key into a copy of {@code zero}.
     *
     * @param zero must be serializable; each key gets its own copy
     */
    public <A> Keyed<K, A> aggregateByKey(A zero, MergeFunction<A, ? super V, A> add, ReduceFunction<A> merge) {
        CallSite site = rows.checked("aggregateByKey", add);
        ClosureCheck.check(merge, site);
        return fromZero(zero, add, merge, site);
    }

    /**
     * Merges the values of each key into a copy of {@code zero}, which must be neutral: it is used once a key and map
     * partition.
     */
    public Keyed<K, V> foldByKey(V zero, ReduceFunction<V> merge) {
        CallSite site = rows.checked("foldByKey", merge);
        MergeFunction<V, V, V> add = merge::call;
        return fromZero(zero, add, merge, site);
    }

    private <A> Keyed<K, A> fromZero(
            A zero, MergeFunction<A, ? super V, A> add, ReduceFunction<A> merge, CallSite site) {
        MapFunction<Object, Object> create = ZeroValue.first(zero, Casts.erased(add), site);
        Shape value = zero == null ? Shape.UNKNOWN : Shapes.ofValues(List.of(zero));
        return aggregated(combine(create, add, merge), value, 0, site);
    }

    private static Aggregation combine(
            MapFunction<Object, Object> create, MergeFunction<?, ?, ?> add, ReduceFunction<?> merge) {
        return new Aggregation.Combine(create, Casts.erased(add), Casts.erased(merge), true);
    }

    /** Each pair once, by {@code equals}; keys that lie together stay where they are. */
    public Keyed<K, V> distinct() {
        return new Keyed<>(Shuffles.distinct(rows, 0, rows.session().define("distinct")));
    }

    /** Each pair once, in this many partitions. */
    public Keyed<K, V> distinct(int partitions) {
        return new Keyed<>(rows.distinct(partitions));
    }

    /** Puts each pair into the partition that {@code partitioner} says; nothing moves when it lies there already. */
    public Keyed<K, V> partitionBy(Partitioner partitioner) {
        CallSite site = rows.checked("partitionBy", partitioner);
        if (rows.lineage().partitioner().filter(partitioner::equals).isPresent()) {
            return this;
        }
        Shuffles.requireHashable(rows.lineage(), partitioner, site);
        return wrap(rows.session()
                .lineages()
                .shuffled(rows.lineage(), partitioner, null, new ReadSide.AsIs(), rows.shape(), site));
    }

    // ---- several inputs -------------------------------------------------------------------------------------------

    /** A pair of values for each combination of the values of a key on both sides. */
    public <W> Keyed<K, Pair<V, W>> join(Keyed<K, W> other) {
        return Shuffles.join(this, other, JoinRows.INNER, 0, rows.session().define("join"));
    }

    /** As {@link #join(Keyed)}, in this many partitions. */
    public <W> Keyed<K, Pair<V, W>> join(Keyed<K, W> other, int partitions) {
        CallSite site = rows.session().define("join");
        Session.requirePartitions(partitions, site);
        return Shuffles.join(this, other, JoinRows.INNER, partitions, site);
    }

    /** As {@link #join(Keyed)}, and keys that only this side has. A null value reads as empty. */
    public <W> Keyed<K, Pair<V, Optional<W>>> leftOuterJoin(Keyed<K, W> other) {
        return Shuffles.join(this, other, JoinRows.LEFT, 0, rows.session().define("leftOuterJoin"));
    }

    /** As {@link #join(Keyed)}, and keys that only the other side has. A null value reads as empty. */
    public <W> Keyed<K, Pair<Optional<V>, W>> rightOuterJoin(Keyed<K, W> other) {
        return Shuffles.join(this, other, JoinRows.RIGHT, 0, rows.session().define("rightOuterJoin"));
    }

    /** As {@link #join(Keyed)}, and keys that only one side has. A null value reads as empty. */
    public <W> Keyed<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(Keyed<K, W> other) {
        return Shuffles.join(this, other, JoinRows.FULL, 0, rows.session().define("fullOuterJoin"));
    }

    /** For each key of either side, all its values on both. */
    public <W> Keyed<K, Pair<List<V>, List<W>>> cogroup(Keyed<K, W> other) {
        return Shuffles.cogroup(this, other, 0, rows.session().define("cogroup"));
    }

    /** As {@link #cogroup(Keyed)}, in this many partitions. */
    public <W> Keyed<K, Pair<List<V>, List<W>>> cogroup(Keyed<K, W> other, int partitions) {
        CallSite site = rows.session().define("cogroup");
        Session.requirePartitions(partitions, site);
        return Shuffles.cogroup(this, other, partitions, site);
    }

    // ---- sorting --------------------------------------------------------------------------------------------------

    /** Sorted by key in natural order; null comes first. Runs a job that samples the keys. */
    public Keyed<K, V> sortByKey() {
        return sortByKey(true);
    }

    /** Sorted by key in natural order or against it. Runs a job that samples the keys. */
    public Keyed<K, V> sortByKey(boolean ascending) {
        return new Keyed<>(Sorting.byKey(
                rows,
                KeyOrder.natural(ascending),
                Math.max(1, partitionCount()),
                rows.session().define("sortByKey")));
    }

    /** Sorted by key in natural order or against it, into at most {@code partitions}. */
    public Keyed<K, V> sortByKey(boolean ascending, int partitions) {
        CallSite site = rows.session().define("sortByKey");
        Session.requirePartitions(partitions, site);
        return new Keyed<>(Sorting.byKey(rows, KeyOrder.natural(ascending), partitions, site));
    }

    /** Sorted by key in the given order or against it, into at most {@code partitions}; fewer when keys are few. */
    public Keyed<K, V> sortByKey(RowComparator<? super K> order, boolean ascending, int partitions) {
        CallSite site = rows.checked("sortByKey", order);
        Session.requirePartitions(partitions, site);
        return new Keyed<>(Sorting.byKey(rows, KeyOrder.by(Casts.erased(order), ascending), partitions, site));
    }

    // ---- keeping --------------------------------------------------------------------------------------------------

    /** Keeps the partitions in memory once they are computed. */
    public Keyed<K, V> cache() {
        rows.cache();
        return this;
    }

    /** Keeps the partitions once they are computed. */
    public Keyed<K, V> persist(StorageLevel level) {
        rows.persist(level);
        return this;
    }

    /** Drops what was kept. Does not wait for it. */
    public Keyed<K, V> unpersist() {
        rows.unpersist();
        return this;
    }

    /** See {@link Dataset#checkpoint()}. */
    public Keyed<K, V> checkpoint() {
        rows.checkpoint();
        return this;
    }

    /** See {@link Dataset#localCheckpoint()}. */
    public Keyed<K, V> localCheckpoint() {
        rows.localCheckpoint();
        return this;
    }

    /** Whether a checkpoint of this dataset was made, of either kind. */
    public boolean isCheckpointed() {
        return rows.isCheckpointed();
    }

    // ---- actions --------------------------------------------------------------------------------------------------

    public long count() {
        return rows.count();
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public List<Pair<K, V>> collect() {
        return rows.collect();
    }

    /** All pairs as a map; of several values of a key, one stays. */
    public Map<K, V> collectAsMap() {
        return asMap(rows.session().define("collectAsMap"));
    }

    private Map<K, V> asMap(CallSite site) {
        Map<K, V> map = new LinkedHashMap<>();
        for (Pair<K, V> pair : Actions.<Pair<K, V>>collect(rows.session(), rows.lineage(), site)) {
            map.put(pair.key(), pair.value());
        }
        return map;
    }

    /** How many pairs each key has. */
    public Map<K, Long> countByKey() {
        CallSite site = rows.session().define("countByKey");
        Keyed<K, Long> ones = keepingKeys(new Op.MapValues(Shuffles.ONE), withValue(Shape.Scalar.LONG), site);
        return ones.reduce(Long::sum, 0, site).asMap(site);
    }

    /** The values of a key; computes one partition only where it is known in which the key lies. */
    public List<V> lookup(K key) {
        return Shuffles.lookup(rows, key, rows.session().define("lookup"));
    }

    public List<Pair<K, V>> take(int limit) {
        return rows.take(limit);
    }

    public Pair<K, V> first() {
        return rows.first();
    }

    /** Writes the pairs as text; see {@link Dataset#saveAsTextFile}. */
    public void saveAsTextFile(String directory) {
        rows.saveAsTextFile(directory);
    }

    // ---- looking at it --------------------------------------------------------------------------------------------

    public int partitionCount() {
        return rows.partitionCount();
    }

    /** How the keys are known to be spread over the partitions. */
    public Optional<Partitioner> partitioner() {
        return rows.lineage().partitioner();
    }

    public Shape shape() {
        return rows.shape();
    }

    /** As {@link Dataset#explain()}. */
    public void explain() {
        System.out.print(explanation());
    }

    /** As {@link Dataset#explanation()}. */
    public String explanation() {
        return rows.explanation();
    }

    @Override
    public String toString() {
        return rows.toString();
    }

    private Shape withValue(Shape value) {
        return new Shape.PairOf(Shapes.key(rows.shape()), value);
    }

    private <W> Keyed<K, W> keepingKeys(Op op, Shape shape, CallSite site) {
        return wrap(rows.session().lineages().keepingKeys(rows.lineage(), op, shape, site));
    }

    private <W> Keyed<K, W> aggregated(Aggregation aggregation, Shape value, int partitions, CallSite site) {
        return wrap(
                Shuffles.aggregated(rows.session(), rows.lineage(), aggregation, withValue(value), partitions, site));
    }

    private <W> Keyed<K, W> wrap(Lineage lineage) {
        return new Keyed<>(new Dataset<>(rows.session(), lineage));
    }
}
