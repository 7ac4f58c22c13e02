package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.function.RowComparator;
import dev.quiver.lineage.HashPartitioner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Typical programs. That they compile without a single cast or named function type is the point of this test. */
class ApiCorpusTest {
    record Sale(String shop, String item, int count, double price) {
        static Sale parse(String line) {
            String[] fields = line.split(",");
            return new Sale(fields[0], fields[1], Integer.parseInt(fields[2]), Double.parseDouble(fields[3]));
        }

        double total() {
            return count * price;
        }
    }

    record Stats(long count, double sum) implements Serializable {
        Stats add(double value) {
            return new Stats(count + 1, sum + value);
        }

        Stats merge(Stats other) {
            return new Stats(count + other.count, sum + other.sum);
        }

        double mean() {
            return sum / count;
        }
    }

    static int parseOrFail(String text) throws Exception {
        if (text.isEmpty()) {
            throw new Exception("empty");
        }
        return Integer.parseInt(text);
    }

    private static final List<String> LINES =
            List.of("north,pen,3,1.5", "north,ink,1,7.0", "south,pen,2,1.4", "south,pad,5,2.0", "west,pen,1,1.6");

    @Test
    void rowsWithLambdasAndMethodReferences() {
        try (Session session =
                Session.builder().appName("corpus").master("fake[2]").getOrCreate()) {
            Dataset<String> lines = session.parallelize(LINES, 2);
            Dataset<Sale> sales = lines.map(Sale::parse);
            Dataset<Integer> lengths = lines.map(String::length);
            Dataset<String> fields = lines.flatMap(line -> Arrays.asList(line.split(",")));
            Dataset<String> streamed = lines.flatMapStream(line -> Stream.of(line.split(",")));
            Dataset<Integer> chars = lines.flatMapStream(line -> line.chars().boxed());
            Dataset<Integer> checked = session.parallelize(List.of("1", "2")).map(ApiCorpusTest::parseOrFail);
            Dataset<Sale> pens = sales.filter(sale -> sale.item().equals("pen"));
            Dataset<String> filled = lines.filter(String::isBlank).union(lines, fields);
            Dataset<Long> counts = sales.mapPartitions(rows -> {
                long count = 0;
                while (rows.hasNext()) {
                    rows.next();
                    count++;
                }
                return List.of(count).iterator();
            });
            Dataset<String> tagged = lines.mapPartitionsWithIndex((partition, rows) -> {
                List<String> all = new ArrayList<>();
                rows.forEachRemaining(row -> all.add(partition + row));
                return all.iterator();
            });
            Dataset<Object> objects = lines.map(line -> line);
            Dataset<List<String>> lists = lines.map(line -> List.of(line.split(",")));
            Dataset<Optional<String>> optionals = lines.map(Optional::of);
            assertThat(fields.count()).isEqualTo(20);
            assertThat(streamed.collect()).isEqualTo(fields.collect());
            assertThat(chars.filter(character -> character == ',').count()).isEqualTo(15);
            assertThat(checked.reduce(Integer::sum)).isEqualTo(3);
            assertThat(pens.map(Sale::total).reduce(Double::sum)).isEqualTo(8.9);
            assertThat(filled.count()).isEqualTo(25);
            assertThat(counts.fold(0L, Long::sum)).isEqualTo(5);
            assertThat(tagged.first()).startsWith("0north");
            assertThat(objects.distinct().count()).isEqualTo(5);
            assertThat(lists.map(list -> list.get(1)).distinct(3).collect())
                    .containsExactlyInAnyOrder("pen", "ink", "pad");
            assertThat(optionals.map(Optional::get).take(1)).containsExactly(LINES.get(0));
            assertThat(lengths.max(Integer::compare)).isEqualTo(15);
            assertThat(lengths.min((left, right) -> left - right)).isEqualTo(14);
            assertThat(sales.top(1, RowComparator.comparing(Sale::total)).get(0).item())
                    .isEqualTo("pad");
            assertThat(sales.sortBy(Sale::price).map(Sale::item).first()).isEqualTo("pen");
            assertThat(sales.sortBy(sale -> sale.count(), false, 2).first().count())
                    .isEqualTo(5);
            RowComparator<Sale> byShop = RowComparator.comparing(Sale::shop);
            assertThat(sales.sortWith(byShop.reversed()
                                    .then((left, right) -> left.item().compareTo(right.item())))
                            .first()
                            .shop())
                    .isEqualTo("west");
            Stats stats = sales.map(Sale::total).aggregate(new Stats(0, 0), Stats::add, Stats::merge);
            assertThat(stats.count()).isEqualTo(5);
            Set<String> shops = sales.aggregate(
                    new HashSet<>(),
                    (set, sale) -> {
                        set.add(sale.shop());
                        return set;
                    },
                    (left, right) -> {
                        left.addAll(right);
                        return left;
                    });
            assertThat(shops).hasSize(3);
            Accumulator<Long> seen = session.longAccumulator("seen");
            lines.foreach(line -> assertThat(line).contains(","));
            lines.foreachPartition(
                    rows -> rows.forEachRemaining(row -> assertThat(row).isNotNull()));
            seen.add(1L);
            assertThat(lines.coalesce(1).repartition(3).cache().unpersist().partitionCount())
                    .isEqualTo(3);
        }
    }

    @Test
    void keysWithLambdasAndMethodReferences() {
        try (Session session = Session.builder().master("fake[2]").getOrCreate()) {
            Dataset<Sale> sales = session.parallelize(LINES, 2).map(Sale::parse);
            Keyed<String, Sale> byShop = sales.keyBy(Sale::shop);
            Keyed<String, Integer> countByItem = sales.mapToPair(sale -> Pair.of(sale.item(), sale.count()));
            Keyed<String, Integer> diamond = sales.mapToPair(sale -> new Pair<>(sale.item(), sale.count()));
            Keyed<String, Integer> sums = countByItem.reduceByKey(Integer::sum);
            Keyed<String, Integer> largest = countByItem.reduceByKey((left, right) -> Math.max(left, right), 3);
            Keyed<String, Double> totals = byShop.mapValues(Sale::total).reduceByKey(Double::sum);
            Keyed<String, List<Sale>> groups = byShop.groupByKey();
            Keyed<String, Integer> sizes = groups.mapValues(List::size);
            Keyed<String, String> items = byShop.flatMapValues(sale -> List.of(sale.item(), sale.item()));
            Keyed<String, Stats> stats =
                    byShop.mapValues(Sale::total).combineByKey(total -> new Stats(1, total), Stats::add, Stats::merge);
            Keyed<String, Double> means = stats.mapValues(Stats::mean);
            Keyed<String, Long> longs =
                    countByItem.aggregateByKey(0L, (sum, count) -> sum + count, (left, right) -> left + right);
            Keyed<String, Integer> folded = diamond.foldByKey(0, Integer::sum);
            Keyed<String, Pair<Double, Integer>> joined = totals.join(sizes);
            Keyed<String, String> text = joined.mapValues(pair -> pair.key() + "/" + pair.value());
            Keyed<String, Pair<Double, Optional<Integer>>> left = totals.leftOuterJoin(sizes);
            Keyed<String, Pair<Optional<Double>, Integer>> right = totals.rightOuterJoin(sizes);
            Keyed<String, Pair<Optional<Double>, Optional<Integer>>> full = totals.fullOuterJoin(sizes);
            Keyed<String, Pair<List<Double>, List<Integer>>> both = totals.cogroup(sizes);
            Map<String, Long> perShop = byShop.countByKey();
            Map<String, Integer> asMap = sums.collectAsMap();
            List<Pair<String, Integer>> ordered = sums.sortByKey().collect();
            List<String> keys = sums.sortByKey(false).keys().collect();
            assertThat(sums.sortByKey((a, b) -> b.compareTo(a), true, 2).keys().collect())
                    .isEqualTo(keys);
            assertThat(sums.sortByKey(String::compareToIgnoreCase, false, 2)
                            .keys()
                            .collect())
                    .isEqualTo(keys);
            assertThat(keys).containsExactly("pen", "pad", "ink");
            assertThat(ordered.get(0)).isEqualTo(Pair.of("ink", 1));
            assertThat(asMap).isEqualTo(Map.of("pen", 6, "ink", 1, "pad", 5));
            assertThat(largest.lookup("pen")).containsExactly(3);
            assertThat(perShop).isEqualTo(Map.of("north", 2L, "south", 2L, "west", 1L));
            assertThat(items.count()).isEqualTo(10);
            assertThat(means.lookup("west")).containsExactly(1.6);
            assertThat(longs.lookup("pen")).containsExactly(6L);
            assertThat(folded.collectAsMap()).isEqualTo(asMap);
            assertThat(text.lookup("west")).containsExactly("1.6/1");
            assertThat(left.values().map(pair -> pair.value().orElse(0)).reduce(Integer::sum))
                    .isEqualTo(5);
            assertThat(right.filter(pair -> pair.value().key().isPresent()).count())
                    .isEqualTo(3);
            assertThat(full.rows().map(Pair::key).distinct().count()).isEqualTo(3);
            assertThat(both.mapValues(pair -> pair.key().size() + pair.value().size())
                            .values()
                            .collect())
                    .containsOnly(2);
            assertThat(sums.union(sums).distinct().count()).isEqualTo(3);
            assertThat(byShop.partitionBy(new HashPartitioner(4)).partitionCount())
                    .isEqualTo(4);
            assertThat(sums.rows().map(pair -> pair.key() + "=" + pair.value()).collect())
                    .contains("ink=1");
            assertThat(sums.rows().sortBy(Pair::value).keyBy(Pair::key).first().key())
                    .isEqualTo("ink");
            assertThat(sums.rows().top(1, RowComparator.comparing(Pair::value))).containsExactly(Pair.of("pen", 6));
        }
    }
}
