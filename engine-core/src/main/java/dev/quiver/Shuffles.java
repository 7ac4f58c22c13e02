package dev.quiver;

import dev.quiver.function.MapFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.serializer.ClosureCheck;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.List;

/** The operators that bring equal keys together, with a shuffle only where the keys do not lie together already. */
final class Shuffles {
    static final MapFunction<Object, Object> ONE = value -> 1L;
    private static final ReduceFunction<Object> EITHER = (left, right) -> left;
    private static final MapFunction<Object, Object> BOTH_LISTS = groups -> {
        List<?> lists = (List<?>) groups;
        return new Pair<>(lists.get(0), lists.get(1));
    };

    private Shuffles() {}

    static Lineage aggregated(
            Session session, Lineage input, Aggregation aggregation, Shape shape, int partitions, CallSite site) {
        Partitioner partitioner = Partitioning.of(session, List.of(input), partitions);
        if (input.partitioner().filter(partitioner::equals).isPresent()) {
            return session.lineages().keepingKeys(input, new Op.AggregateByKey(aggregation), shape, site);
        }
        requireHashable(input, partitioner, site);
        Aggregation mapSide = aggregation.mapSideCombine() ? aggregation : null;
        return session.lineages()
                .shuffled(input, partitioner, mapSide, new ReadSide.Aggregated(aggregation), shape, site);
    }

    static <T> Dataset<T> distinct(Dataset<T> rows, int partitions, CallSite site) {
        Lineage input = rows.lineage();
        boolean together = input.partitioner()
                .filter(existing -> partitions == 0 || existing.partitionCount() == partitions)
                .isPresent();
        Shape shape = new Shape.PairOf(input.shape(), Shapes.NOTHING);
        if (together) {
            // Equal rows lie together, so nothing moves; where they lie is passed on to the rows that come out.
            LineageFactory lineages = rows.session().lineages();
            Lineage asKeys = lineages.keepingKeys(input, new Op.Map(RowFunctions.AS_KEY), shape, site);
            Lineage once =
                    lineages.keepingKeys(asKeys, new Op.AggregateByKey(new Aggregation.Reduce(EITHER)), shape, site);
            return new Dataset<>(
                    rows.session(), lineages.keepingKeys(once, new Op.Map(PairPart.KEY), input.shape(), site));
        }
        Dataset<Pair<T, Object>> pairs = rows.narrow(new Op.Map(RowFunctions.AS_KEY), shape, site);
        Lineage once =
                aggregated(rows.session(), pairs.lineage(), new Aggregation.Reduce(EITHER), shape, partitions, site);
        return new Dataset<Pair<T, Object>>(rows.session(), once).narrow(new Op.Map(PairPart.KEY), input.shape(), site);
    }

    static <K, V, W> Keyed<K, Pair<List<V>, List<W>>> cogroup(
            Keyed<K, V> left, Keyed<K, W> right, int partitions, CallSite site) {
        Shape value =
                new Shape.PairOf(Shapes.listOf(Shapes.value(left.shape())), Shapes.listOf(Shapes.value(right.shape())));
        return after(coGroup(left, right, partitions, site), left, new Op.MapValues(BOTH_LISTS), value, site);
    }

    static <K, V, W, X> Keyed<K, X> join(
            Keyed<K, V> left, Keyed<K, W> right, JoinRows kind, int partitions, CallSite site) {
        Shape value = kind.shape(Shapes.value(left.shape()), Shapes.value(right.shape()));
        return after(coGroup(left, right, partitions, site), left, new Op.FlatMap(kind), value, site);
    }

    private static <K, X> Keyed<K, X> after(Lineage groups, Keyed<K, ?> left, Op op, Shape value, CallSite site) {
        Session session = left.rows().session();
        Shape shape = new Shape.PairOf(Shapes.key(groups.shape()), value);
        return Keyed.of(new Dataset<>(session, session.lineages().keepingKeys(groups, op, shape, site)));
    }

    private static Lineage coGroup(Keyed<?, ?> left, Keyed<?, ?> right, int partitions, CallSite site) {
        left.rows().requireSameSession(right.rows(), site);
        Session session = left.rows().session();
        List<Lineage> inputs = List.of(left.rows().lineage(), right.rows().lineage());
        Partitioner partitioner = Partitioning.of(session, inputs, partitions);
        inputs.forEach(input -> requireHashable(input, partitioner, site));
        Shape leftKey = Shapes.key(left.shape());
        Shape key = leftKey.equals(Shapes.key(right.shape())) ? leftKey : Shape.UNKNOWN;
        return session.lineages().coGrouped(inputs, partitioner, new Shape.PairOf(key, Shape.UNKNOWN), site);
    }

    static <K, V> List<V> lookup(Dataset<Pair<K, V>> rows, K key, CallSite site) {
        RowFunctions.HasKey hasKey = new RowFunctions.HasKey(key);
        ClosureCheck.check(hasKey, site);
        Lineage input = rows.lineage();
        Lineage found = rows.session().lineages().keepingKeys(input, new Op.Filter(hasKey), input.shape(), site);
        Lineage values =
                rows.session().lineages().narrow(found, new Op.Map(PairPart.VALUE), Shapes.value(input.shape()), site);
        int[] partitions = input.partitioner()
                .map(partitioner -> new int[] {partitioner.partition(key)})
                .orElseGet(() -> Actions.all(input));
        List<V> result = new ArrayList<>();
        rows.session()
                .run(
                        values,
                        partitions,
                        new Action.Collect(Long.MAX_VALUE),
                        new InOrder<List<V>>(result::addAll),
                        site);
        return result;
    }

    /** Refuses keys that are known to be arrays, which have no hash of their contents, before anything runs. */
    static void requireHashable(Lineage input, Partitioner partitioner, CallSite site) {
        Shape key = Shapes.key(input.shape());
        if (partitioner instanceof HashPartitioner && (key == Shape.Scalar.BYTES || key instanceof Shape.ArrayOf)) {
            String type = key == Shape.Scalar.BYTES ? "byte[]" : key.toString();
            throw new UsageException(site + ": a key of type " + type
                    + " cannot be hashed by its contents; use a String, a" + " record or a List as key");
        }
    }
}
