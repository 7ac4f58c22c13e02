package dev.quiver.runtime.executor;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that send map outputs, blocks and jars to other processes, each for as long as its stream has something to
 * send: a slow receiver holds one up. What waits for one is bounded by the streams that each connection may open.
 */
public final class StreamWorkers {
    public static final ConfigKey<Integer> THREADS = ConfigKey.integer("network.serverThreads", 64)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most streams of map outputs, blocks and jars that a driver or an executor sends at the same time;"
                    + " further requests wait for one to end. More helps where many slow tasks read from few executors,"
                    + " and costs a thread each.");

    private static final long IDLE_SECONDS = 10;

    private StreamWorkers() {}

    /** Every key of this class. */
    public static List<ConfigKey<?>> keys() {
        return List.of(THREADS);
    }

    /** @param name of the threads, which exist only while they are needed. Returned: the caller shuts it down. */
    public static ExecutorService start(String name, Config config) {
        int most = config.get(THREADS);
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }
}
