package dev.quiver.benchmarks.peers;

import java.util.Map;

/** An engine. */
interface Peer extends AutoCloseable {
    /** What it runs on, as its lines say. */
    String master();

    /** The workloads it can do, by name. */
    Map<String, Work> workloads();

    /** Sets it up, before its first workload and on no clock. */
    default void open() {}

    @Override
    void close() throws java.sql.SQLException;

    /** One workload. */
    @FunctionalInterface
    interface Work {
        /** Makes what is not on the clock. */
        default void prepare() throws Exception {}

        /** Does it once and returns the check. */
        String run() throws Exception;
    }
}
