package dev.quiver.benchmarks.peers;

import org.apache.spark.SparkConf;

/** Spark as fast as it gets here: Kryo, few partitions, no UI, nothing leaves the machine. */
final class SparkSettings {
    private SparkSettings() {}

    static SparkConf of(Sizes sizes) {
        SparkConf conf = new SparkConf(false)
                .setAppName("peers")
                .setMaster(sizes.master())
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.default.parallelism", Integer.toString(sizes.partitions(8)))
                .set("spark.sql.shuffle.partitions", Integer.toString(sizes.partitions(8)))
                .set("spark.sql.ansi.enabled", "false")
                .set("spark.ui.enabled", "false")
                .set("spark.ui.showConsoleProgress", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1");
        if (sizes.master().startsWith("local-cluster")) {
            // Executors have Spark from SPARK_HOME, and these classes from here.
            conf.set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                    .set("spark.executor.extraJavaOptions", "-XX:+UseParallelGC")
                    // A little less than the worker has, which is what the third number gives it.
                    .set("spark.executor.memory", sizes.master().replaceAll(".*,\\s*([0-9]+)]", "$1") + "m");
        }
        return conf;
    }
}
