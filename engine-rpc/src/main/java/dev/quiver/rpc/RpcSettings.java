package dev.quiver.rpc;

import java.util.Objects;

/**
 * Everything about a {@link Transport} a person may tune.
 *
 * @param ioThreads threads that read, write, and call handlers; each connection belongs to one of them
 */
public record RpcSettings(RpcTimeouts timeouts, RpcLimits limits, int ioThreads) {
    private static final int MOST_DEFAULT_IO_THREADS = 4;

    public RpcSettings {
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(limits, "limits");
        if (ioThreads < 1) {
            throw new IllegalArgumentException("A transport needs at least one I/O thread, not " + ioThreads + ".");
        }
    }

    /** One I/O thread per two processors, at most four: tasks need the processors more. */
    public static RpcSettings defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new RpcSettings(
                RpcTimeouts.defaults(),
                RpcLimits.defaults(),
                Math.max(1, Math.min(MOST_DEFAULT_IO_THREADS, processors / 2)));
    }

    public RpcSettings withTimeouts(RpcTimeouts newTimeouts) {
        return new RpcSettings(newTimeouts, limits, ioThreads);
    }

    public RpcSettings withLimits(RpcLimits newLimits) {
        return new RpcSettings(timeouts, newLimits, ioThreads);
    }

    public RpcSettings withIoThreads(int threads) {
        return new RpcSettings(timeouts, limits, threads);
    }
}
