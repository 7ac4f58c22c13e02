package dev.quiver.benchmarks.peers;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;

/** Spark's RDDs. */
final class SparkRdd implements Peer {
    private final Sizes sizes;
    private JavaSparkContext spark;

    SparkRdd(Sizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public String master() {
        return sizes.master();
    }

    @Override
    public void open() {
        spark = new JavaSparkContext(SparkSettings.of(sizes));
    }

    @Override
    public void close() {
        if (spark != null) {
            spark.close();
        }
    }

    @Override
    public Map<String, Work> workloads() {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put("first-result", () -> "" + range(sizes.rows(1_000), 2).count());
        all.put("narrow", this::narrow);
        all.put("aggregate", this::aggregate);
        all.put("wordcount", this::wordcount);
        all.put("sort", this::sort);
        all.put("sort-long", this::sortLong);
        all.put("join", this::join);
        all.put("group", this::group);
        all.put("iterate", new Regression());
        all.put("tinytasks", this::tinytasks);
        all.put("latency", this::latency);
        all.put("manyblocks", this::manyblocks);
        all.put("broadcast", this::broadcast);
        return all;
    }

    @SuppressWarnings("unchecked")
    private JavaRDD<Long> range(long rows, int partitions) {
        RDD<Long> range = (RDD<Long>) (RDD<?>) spark.sc().range(0, rows, 1, partitions);
        return range.toJavaRDD();
    }

    private JavaPairRDD<Long, Long> keyed(long rows, long keys, int partitions) {
        return range(rows, partitions).mapToPair(x -> new Tuple2<>(Mix.key(x, keys), x));
    }

    private String narrow() {
        return "" + range(sizes.rows(100_000_000), sizes.partitions(8))
                .map(x -> x * 3 + 1)
                .filter(x -> (x & 7) != 0)
                .map(x -> x ^ x >>> 3)
                .reduce(Long::sum);
    }

    private String aggregate() {
        int partitions = sizes.partitions(8);
        return "" + keyed(sizes.rows(20_000_000), sizes.keys(1_000_000), partitions)
                .reduceByKey(Long::sum, partitions)
                .count();
    }

    private String wordcount() {
        int partitions = sizes.partitions(8);
        return "" + spark.textFile(sizes.words().toAbsolutePath().toString(), partitions)
                .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                .mapToPair(word -> new Tuple2<>(word, 1L))
                .reduceByKey(Long::sum, partitions)
                .values()
                .reduce(Long::sum);
    }

    private String sort() {
        int partitions = sizes.partitions(8);
        Unsigned order = new Unsigned();
        return "" + Ordered.rows(range(sizes.rows(5_000_000), partitions)
                .mapToPair(x -> new Tuple2<>(Ordered.key(x), Ordered.payload(x)))
                .sortByKey(order, true, partitions)
                .mapPartitions(rows -> Ordered.check(rows, Tuple2::_1, order))
                .collect(), order);
    }

    private String sortLong() {
        int partitions = sizes.partitions(8);
        return "" + Ordered.rows(range(sizes.rows(20_000_000), partitions)
                .mapToPair(x -> new Tuple2<>(Mix.mix(x), x))
                .sortByKey(true, partitions)
                .mapPartitions(rows -> Ordered.check(rows, Tuple2::_1, Long::compare))
                .collect(), Long::compare);
    }

    private String join() {
        int partitions = sizes.partitions(8);
        long keys = sizes.keys(1_000_000);
        JavaPairRDD<Long, Long> dimension = range(keys, partitions).mapToPair(x -> new Tuple2<>(x, x * 7));
        return "" + keyed(sizes.rows(10_000_000), keys, partitions)
                .join(dimension, partitions)
                .values()
                .map(both -> both._1() ^ both._2())
                .reduce(Long::sum);
    }

    private String group() {
        int partitions = sizes.partitions(8);
        return "" + keyed(sizes.rows(5_000_000), sizes.keys(100_000), partitions)
                .groupByKey(partitions)
                .values()
                .map(values -> {
                    long size = 0;
                    for (Long ignored : values) {
                        size++;
                    }
                    return size;
                })
                .reduce(Long::sum);
    }

    private String tinytasks() {
        long tasks = sizes.rows(10_000);
        return "" + range(tasks, Math.toIntExact(tasks)).count();
    }

    private String latency() {
        int tasks = sizes.partitions(2);
        int jobs = Math.toIntExact(sizes.rows(300));
        long[] nanos = new long[jobs];
        long rows = 0;
        for (int job = 0; job < jobs; job++) {
            long start = System.nanoTime();
            rows += range(tasks, tasks).count();
            nanos[job] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%d p50us=%.1f p99us=%.1f",
                rows / tasks,
                nanos[jobs / 2] / 1e3,
                nanos[(int) (jobs * 0.99)] / 1e3);
    }

    private String manyblocks() {
        int partitions = sizes.partitions(500);
        return "" + range(sizes.rows(250_000), partitions)
                .mapToPair(x -> new Tuple2<>(x, x))
                .partitionBy(new HashPartitioner(partitions))
                .count();
    }

    private String broadcast() {
        int tasks = sizes.partitions(4);
        Broadcast<byte[]> broadcast = spark.broadcast(randomBytes());
        long total = range(tasks, tasks).map(task -> sum(broadcast.value())).reduce(Long::sum);
        broadcast.destroy();
        return "" + total;
    }

    private byte[] random;

    private byte[] randomBytes() {
        if (random == null) {
            random = new byte[Math.toIntExact(sizes.rows(64 << 20))];
            new SplittableRandom(42).nextBytes(random);
        }
        return random;
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte one : bytes) {
            sum += one;
        }
        return sum;
    }

    /** Byte arrays as unsigned numbers. */
    private static final class Unsigned implements Comparator<byte[]>, Serializable {
        @Override
        public int compare(byte[] left, byte[] right) {
            return Arrays.compareUnsigned(left, right);
        }
    }

    /** Steps over cached points. */
    private final class Regression implements Work {
        private JavaRDD<Point> points;

        @Override
        public void prepare() {
            points = range(sizes.rows(2_000_000), sizes.partitions(8))
                    .map(Point::at)
                    .cache();
            points.count();
        }

        @Override
        public String run() {
            JavaRDD<Point> cached = points;
            return Point.regression(
                    sizes.rows(2_000_000),
                    weights -> cached.aggregate(
                            new double[Point.DIMENSIONS],
                            (sum, point) -> point.addGradient(sum, weights),
                            Point::add));
        }
    }
}
