package dev.quiver.rpc;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The asks of one connection that wait for a reply. Any thread adds; replies, timeouts and the end take away, once each. */
final class PendingAsks {
    private final int limit;
    private final RpcMetrics metrics;
    private final Map<Long, PendingAsk> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    private record PendingAsk(CompletableFuture<ByteBuffer> answer, int type, Duration timeout, long deadlineNanos) {}

    PendingAsks(int limit, RpcMetrics metrics) {
        this.limit = limit;
        this.metrics = metrics;
    }

    /** Whether there was room for it. */
    boolean add(long id, CompletableFuture<ByteBuffer> answer, int type, Duration timeout, long nowNanos) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        waiting.put(id, new PendingAsk(answer, type, timeout, nowNanos + timeout.toNanos()));
        metrics.asksInFlight.increment();
        return true;
    }

    /** An answer that comes too late finds nobody. */
    void complete(long id, ByteBuffer body) {
        PendingAsk ask = take(id);
        if (ask != null) {
            ask.answer().complete(body);
        }
    }

    void fail(long id, RpcException cause) {
        PendingAsk ask = take(id);
        if (ask != null) {
            ask.answer().completeExceptionally(cause);
        }
    }

    void expire(long nowNanos, String peer) {
        waiting.forEach((id, ask) -> {
            if (nowNanos - ask.deadlineNanos() >= 0) {
                fail(
                        id,
                        new RpcException.AskTimedOut("No reply to an ask of type " + ask.type() + " from " + peer
                                + " in " + ask.timeout() + ". The peer may still be working on it."));
            }
        });
    }

    void failAll(RpcException cause) {
        new ArrayList<>(waiting.keySet()).forEach(id -> fail(id, cause));
    }

    /** The type of an ask that waits for its reply, or 0. */
    int type(long id) {
        PendingAsk ask = waiting.get(id);
        return ask == null ? 0 : ask.type();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private PendingAsk take(long id) {
        PendingAsk ask = waiting.remove(id);
        if (ask != null) {
            count.decrementAndGet();
            metrics.asksInFlight.decrement();
        }
        return ask;
    }
}
