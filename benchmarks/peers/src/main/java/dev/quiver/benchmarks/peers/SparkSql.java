package dev.quiver.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Spark's data frames: expressions only, no lambdas, which is what its code generation likes best. */
final class SparkSql implements Peer {
    private final Sizes sizes;
    private SparkSession spark;

    SparkSql(Sizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public String master() {
        return sizes.master();
    }

    @Override
    public void open() {
        spark = SparkSession.builder().config(SparkSettings.of(sizes)).getOrCreate();
    }

    @Override
    public void close() {
        if (spark != null) {
            spark.stop();
        }
    }

    @Override
    public Map<String, Work> workloads() {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put("first-result", () -> "" + range(sizes.rows(1_000), 2).count());
        all.put("narrow", this::narrow);
        all.put("aggregate", this::aggregate);
        all.put("wordcount", this::wordcount);
        all.put("sort-long", this::sortLong);
        all.put("join", this::join);
        all.put("group", this::group);
        return all;
    }

    private Dataset<Row> range(long rows, int partitions) {
        return spark.range(0, rows, 1, partitions).toDF("x");
    }

    /** x, and mix(x) as z. */
    private Dataset<Row> mixed(long rows) {
        return range(rows, sizes.partitions(8))
                .selectExpr("x", "(x ^ shiftrightunsigned(x, 30)) * " + Mix.FIRST + "L as z")
                .selectExpr("x", "(z ^ shiftrightunsigned(z, 27)) * " + Mix.SECOND + "L as z")
                .selectExpr("x", "z ^ shiftrightunsigned(z, 31) as z");
    }

    private Dataset<Row> keyed(long rows, long keys) {
        return mixed(rows).selectExpr("pmod(z, " + keys + "L) as k", "x as v");
    }

    private static String only(Dataset<Row> result) {
        return result.first().get(0).toString();
    }

    private String narrow() {
        return only(range(sizes.rows(100_000_000), sizes.partitions(8))
                .selectExpr("x * 3 + 1 as x")
                .where("(x & 7) != 0")
                .selectExpr("sum(x ^ shiftrightunsigned(x, 3))"));
    }

    /** Counts the sums, or the optimizer would leave them out. */
    private String aggregate() {
        return only(keyed(sizes.rows(20_000_000), sizes.keys(1_000_000))
                .groupBy("k")
                .agg(org.apache.spark.sql.functions.sum("v").as("total"))
                .selectExpr("count(total)"));
    }

    private String wordcount() {
        return only(spark.read()
                .text(sizes.words().toAbsolutePath().toString())
                .selectExpr("explode(split(value, ' ')) as word")
                .groupBy("word")
                .count()
                .selectExpr("sum(count)"));
    }

    /** Reads the engine's own rows, which saves it from making objects of them. */
    private String sortLong() {
        return "" + Ordered.rows(mixed(sizes.rows(20_000_000))
                .sort("z")
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(rows -> Ordered.check(rows, row -> row.getLong(1), Long::compare))
                .collect(), Long::compare);
    }

    private String join() {
        long keys = sizes.keys(1_000_000);
        Dataset<Row> dimension = range(keys, sizes.partitions(8)).selectExpr("x as k", "x * 7 as d");
        return only(keyed(sizes.rows(10_000_000), keys)
                .join(dimension, "k")
                .selectExpr("sum(v ^ d)"));
    }

    private String group() {
        return only(keyed(sizes.rows(5_000_000), sizes.keys(100_000))
                .groupBy("k")
                .agg(org.apache.spark.sql.functions.collect_list("v").as("all"))
                .selectExpr("sum(size(all))"));
    }
}
