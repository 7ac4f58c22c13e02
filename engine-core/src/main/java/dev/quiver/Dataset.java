package dev.quiver;

import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.FlatMapStreamFunction;
import dev.quiver.function.ForeachFunction;
import dev.quiver.function.ForeachPartitionFunction;
import dev.quiver.function.IndexedPartitionFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.PartitionFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.serializer.ClosureCheck;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Rows spread over partitions, described by how they are computed; nothing runs until an action asks for a result.
 * Operators return a new dataset. Immutable but for its storage level, and safe for use by many threads. It exists on the
 * driver only: functions cannot use one.
 *
 * @param <T> type of the rows; rows may be null
 */
public final class Dataset<T> {
    private final Session session;
    private final Lineage lineage;

    Dataset(Session session, Lineage lineage) {
        this.session = session;
        this.lineage = lineage;
    }

    // ---- operators, partition by partition ------------------------------------------------------------------------

    /** One row from each row. */
    public <R> Dataset<R> map(MapFunction<? super T, ? extends R> function) {
        CallSite site = checked("map", function);
        return narrow(new Op.Map(Casts.erased(function)), Shapes.ofFunction(function, lineage.shape()), site);
    }

    /** Any number of rows from each row. */
    public <R> Dataset<R> flatMap(FlatMapFunction<? super T, ? extends R> function) {
        return narrow(new Op.FlatMap(Casts.erased(function)), Shape.UNKNOWN, checked("flatMap", function));
    }

    /** Any number of rows from each row, as a stream that is closed once it is read to its end. */
    public <R> Dataset<R> flatMapStream(FlatMapStreamFunction<? super T, ? extends R> function) {
        CallSite site = checked("flatMapStream", function);
        return narrow(new Op.FlatMap(new RowFunctions.OfStream(Casts.erased(function))), Shape.UNKNOWN, site);
    }

    /** The rows that pass. */
    public Dataset<T> filter(FilterFunction<? super T> function) {
        CallSite site = checked("filter", function);
        return wrap(
                session.lineages().keepingKeys(lineage, new Op.Filter(Casts.erased(function)), lineage.shape(), site));
    }

    /** All rows of each partition at once; the function is called for empty partitions too. */
    public <R> Dataset<R> mapPartitions(PartitionFunction<? super T, ? extends R> function) {
        CallSite site = checked("mapPartitions", function);
        return narrow(new Op.MapPartitions(new RowFunctions.AnyPartition(Casts.erased(function))), Shape.UNKNOWN, site);
    }

    /** All rows of each partition at once, with the number of the partition. */
    public <R> Dataset<R> mapPartitionsWithIndex(IndexedPartitionFunction<? super T, ? extends R> function) {
        CallSite site = checked("mapPartitionsWithIndex", function);
        return narrow(new Op.MapPartitions(Casts.erased(function)), Shape.UNKNOWN, site);
    }

    /** This dataset, with an operator to follow whose tasks run at the same time and may wait for one another. */
    public Barrier<T> barrier() {
        session.define("barrier");
        return new Barrier<>(this);
    }

    /** Each row with a key computed from it. */
    public <K> Keyed<K, T> keyBy(MapFunction<? super T, ? extends K> function) {
        CallSite site = checked("keyBy", function);
        Shape shape = new Shape.PairOf(Shapes.ofFunction(function, lineage.shape()), lineage.shape());
        return new Keyed<>(narrow(new Op.KeyBy(Casts.erased(function)), shape, site));
    }

    /** A pair from each row. */
    public <K, V> Keyed<K, V> mapToPair(MapFunction<? super T, ? extends Pair<K, V>> function) {
        CallSite site = checked("mapToPair", function);
        Shape shape = Shapes.pairOf(Shapes.ofFunction(function, lineage.shape()));
        return new Keyed<>(narrow(new Op.Map(Casts.erased(function)), shape, site));
    }

    /** The rows of this dataset, then those of the others; not deduplicated. */
    @SafeVarargs
    public final Dataset<T> union(Dataset<? extends T>... others) {
        CallSite site = session.define("union");
        List<Lineage> inputs = new ArrayList<>();
        inputs.add(lineage);
        for (Dataset<? extends T> other : others) {
            requireSameSession(other, site);
            inputs.add(other.lineage);
        }
        inputs.removeIf(input -> input.partitionCount() == 0);
        return inputs.isEmpty() || inputs.equals(List.of(lineage))
                ? this
                : wrap(session.lineages().union(inputs, site));
    }

    /**
     * Fewer partitions without a shuffle, by reading neighbouring ones together. Never more than there are.
     *
     * @param partitions at least 1
     */
    public Dataset<T> coalesce(int partitions) {
        CallSite site = session.define("coalesce");
        Session.requirePartitions(partitions, site);
        return partitions >= partitionCount() ? this : wrap(session.lineages().grouped(lineage, partitions, site));
    }

    // ---- operators that shuffle -----------------------------------------------------------------------------------

    /** Rows dealt out evenly over {@code partitions}, by a shuffle. */
    public Dataset<T> repartition(int partitions) {
        CallSite site = session.define("repartition");
        Session.requirePartitions(partitions, site);
        return wrap(session.lineages().dealt(lineage, new RoundRobin(partitions), site));
    }

    /** Each row once, by {@code equals}. */
    public Dataset<T> distinct() {
        return Shuffles.distinct(this, 0, session.define("distinct"));
    }

    /** Each row once, by {@code equals}, in this many partitions. */
    public Dataset<T> distinct(int partitions) {
        CallSite site = session.define("distinct");
        Session.requirePartitions(partitions, site);
        return Shuffles.distinct(this, partitions, site);
    }

    /** Sorted by a key that has a natural order; nulls come first. Runs a job that samples the keys. */
    public <K> Dataset<T> sortBy(MapFunction<? super T, ? extends K> key) {
        return sortBy(key, true, Math.max(1, partitionCount()));
    }

    /**
     * Sorted by a key that has a natural order. Runs a job that samples the keys.
     *
     * @param partitions at most how many partitions; fewer when there are few distinct keys
     */
    public <K> Dataset<T> sortBy(MapFunction<? super T, ? extends K> key, boolean ascending, int partitions) {
        CallSite site = checked("sortBy", key);
        Session.requirePartitions(partitions, site);
        Shape shape = new Shape.PairOf(Shapes.ofFunction(key, lineage.shape()), lineage.shape());
        Dataset<Pair<K, T>> keyed = narrow(new Op.KeyBy(Casts.erased(key)), shape, site);
        Dataset<Pair<K, T>> sorted = Sorting.byKey(keyed, KeyOrder.natural(ascending), partitions, site);
        return sorted.narrow(new Op.Map(PairPart.VALUE), lineage.shape(), site);
    }

    /** Sorted by a comparator of rows. Runs a job that samples the rows. */
    public Dataset<T> sortWith(RowComparator<? super T> order) {
        return sortWith(order, true, Math.max(1, partitionCount()));
    }

    /** Sorted by a comparator of rows, into at most {@code partitions}. Runs a job that samples the rows. */
    public Dataset<T> sortWith(RowComparator<? super T> order, boolean ascending, int partitions) {
        CallSite site = checked("sortWith", order);
        Session.requirePartitions(partitions, site);
        Shape shape = new Shape.PairOf(lineage.shape(), Shapes.NOTHING);
        Dataset<Pair<T, Object>> keyed = narrow(new Op.Map(RowFunctions.AS_KEY), shape, site);
        Dataset<Pair<T, Object>> sorted =
                Sorting.byKey(keyed, KeyOrder.by(Casts.erased(order), ascending), partitions, site);
        return sorted.narrow(new Op.Map(PairPart.KEY), lineage.shape(), site);
    }

    // ---- keeping --------------------------------------------------------------------------------------------------

    /** Keeps the partitions in memory once they are computed; the same as {@code persist(MEMORY_ONLY)}. */
    public Dataset<T> cache() {
        return persist(StorageLevel.MEMORY_ONLY);
    }

    /**
     * Keeps the partitions once they are computed.
     *
     * @throws UsageException when another level was chosen before
     */
    public Dataset<T> persist(StorageLevel level) {
        session.define("persist");
        if (level == StorageLevel.NONE) {
            return unpersist();
        }
        lineage.persist(level);
        session.engine().persisted(lineage);
        return this;
    }

    /** Drops what was kept. Does not wait for it. */
    public Dataset<T> unpersist() {
        session.define("unpersist");
        if (lineage.storageLevel() != StorageLevel.NONE) {
            lineage.persist(StorageLevel.NONE);
            session.engine().unpersist(lineage);
        }
        return this;
    }

    public StorageLevel storageLevel() {
        return lineage.storageLevel();
    }

    /**
     * Writes the rows to files after the next action that computes this dataset, or one made from it, and from then on
     * reads them there: what they were computed from is forgotten, so that the lineage of a loop does not grow without
     * end, and survives the loss of every executor. Partitioning stays. The files are written by a job of their own, which
     * computes the rows once more: persist the dataset first.
     *
     * @return this
     * @throws UsageException if {@code quiver.checkpoint.dir} is not set
     */
    public Dataset<T> checkpoint() {
        session.checkpoints().mark(lineage, session.define("checkpoint"));
        return this;
    }

    /**
     * As {@link #checkpoint()}, but the rows stay on the executors, in memory or on their disks, and no folder is needed.
     * Faster, and not safe: when an executor is lost, or the dataset is unpersisted, its rows are gone, and later actions
     * fail.
     *
     * @return this
     * @throws UsageException if the dataset is persisted at a level without disk, which may drop rows
     */
    public Dataset<T> localCheckpoint() {
        CallSite site = session.define("localCheckpoint");
        if (lineage.storageLevel() == StorageLevel.NONE) {
            persist(StorageLevel.MEMORY_AND_DISK);
        }
        session.checkpoints().markLocal(lineage, site);
        return this;
    }

    /** Whether a checkpoint of this dataset was made, of either kind. */
    public boolean isCheckpointed() {
        return Checkpoints.isDone(lineage);
    }

    // ---- actions --------------------------------------------------------------------------------------------------

    /** How many rows there are. */
    public long count() {
        return Actions.count(session, lineage, session.define("count"));
    }

    /** All rows, in the order of the partitions; they must fit in the memory of the driver. */
    public List<T> collect() {
        return Actions.collect(session, lineage, session.define("collect"));
    }

    /** The first {@code limit} rows; computes as few partitions as it can. */
    public List<T> take(int limit) {
        return Actions.take(session, lineage, limit, session.define("take"));
    }

    /** @throws NoSuchElementException when there is none */
    public T first() {
        CallSite site = session.define("first");
        List<T> rows = Actions.take(session, lineage, 1, site);
        if (rows.isEmpty()) {
            throw Actions.empty(site);
        }
        return rows.get(0);
    }

    /** Whether there is no row; computes as few partitions as it can. */
    public boolean isEmpty() {
        return Actions.take(session, lineage, 1, session.define("isEmpty")).isEmpty();
    }

    /**
     * All rows merged pairwise.
     *
     * @param merge associative; partitions are merged in their order
     * @throws NoSuchElementException when there is no row
     */
    public T reduce(ReduceFunction<T> merge) {
        return Actions.reduce(session, lineage, merge, checked("reduce", merge));
    }

    /**
     * All rows merged into {@code zero}, which is used once for each partition and once for all of them.
     *
     * @param zero must be serializable; each use gets its own copy
     */
    public T fold(T zero, ReduceFunction<T> merge) {
        MergeFunction<T, T, T> add = merge::call;
        return Actions.fold(session, lineage, zero, add, merge, checked("fold", merge));
    }

    /**
     * The rows of each partition folded into a copy of {@code zero}, and these into another copy.
     *
     * @param zero must be serializable
     */
    public <A> A aggregate(A zero, MergeFunction<A, ? super T, A> add, ReduceFunction<A> merge) {
        CallSite site = checked("aggregate", add);
        ClosureCheck.check(merge, site);
        return Actions.fold(session, lineage, zero, add, merge, site);
    }

    /** The {@code limit} largest rows in their natural order, largest first. */
    public List<T> top(int limit) {
        return Actions.top(session, lineage, limit, KeyOrder.natural(true), session.define("top"));
    }

    /** The {@code limit} largest rows, largest first. */
    public List<T> top(int limit, RowComparator<? super T> order) {
        return Actions.top(session, lineage, limit, order, checked("top", order));
    }

    /** @throws NoSuchElementException when there is no row */
    public T min(RowComparator<? super T> order) {
        return Actions.reduce(session, lineage, new RowFunctions.Least<>(order, false), checked("min", order));
    }

    /** @throws NoSuchElementException when there is no row */
    public T max(RowComparator<? super T> order) {
        return Actions.reduce(session, lineage, new RowFunctions.Least<>(order, true), checked("max", order));
    }

    /** Calls the function with each row, in the tasks. */
    public void foreach(ForeachFunction<? super T> function) {
        Actions.forEach(session, lineage, new Action.ForEach(Casts.erased(function)), checked("foreach", function));
    }

    /** Calls the function with all rows of each partition, in the tasks. */
    public void foreachPartition(ForeachPartitionFunction<? super T> function) {
        CallSite site = checked("foreachPartition", function);
        Action action = new Action.FoldPartition(new RowFunctions.EachPartition(Casts.erased(function)));
        Actions.forEach(session, lineage, action, site);
    }

    /**
     * Writes each partition as a UTF-8 text file, one row a line by {@code toString}, and last a file {@code _SUCCESS}
     * that lists them. The folder must be one that driver and executors share.
     *
     * @throws UsageException when the folder exists
     */
    public void saveAsTextFile(String directory) {
        TextOutput.save(session, lineage, directory, session.define("saveAsTextFile"));
    }

    // ---- looking at it --------------------------------------------------------------------------------------------

    public int partitionCount() {
        return lineage.partitionCount();
    }

    /** What the rows look like, as far as their definition tells. */
    public Shape shape() {
        return lineage.shape();
    }

    /** Prints {@link #explanation()} to standard output. Computes nothing. */
    public void explain() {
        System.out.print(explanation());
    }

    /**
     * How this dataset is computed: its stages in the order in which they run, their operators with the lines that defined
     * them, what the rows look like and how that is known; and for each stage what runs as one loop, what does not and why,
     * which kernels move and merge the rows, what the first rows will decide, and which loops this process compiled so
     * far. For people: the words may change.
     */
    public String explanation() {
        return Explanation.of(lineage, session.engine());
    }

    @Override
    public String toString() {
        return lineage + " of " + lineage.shape() + " in " + lineage.partitionCount() + " partitions";
    }

    Session session() {
        return session;
    }

    Lineage lineage() {
        return lineage;
    }

    <R> Dataset<R> narrow(Op op, Shape shape, CallSite site) {
        return new Dataset<>(session, session.lineages().narrow(lineage, op, shape, site));
    }

    void requireSameSession(Dataset<?> other, CallSite site) {
        if (other.session != session) {
            throw new UsageException(
                    site + ": the datasets belong to different sessions, " + session + " and " + other.session);
        }
    }

    CallSite checked(String operator, Object function) {
        CallSite site = session.define(operator);
        ClosureCheck.check(function, site);
        return site;
    }

    private Dataset<T> wrap(Lineage next) {
        return new Dataset<>(session, next);
    }
}
