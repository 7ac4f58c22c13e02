package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.config.Config;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamWorkersTest {
    @Test
    void serveNoMoreStreamsAtOnceThanTheyMayAndAllInTheEnd() throws Exception {
        ExecutorService workers =
                StreamWorkers.start("test-server", Config.of(Map.of(StreamWorkers.THREADS.name(), "3")));
        try {
            int streams = 50;
            CountDownLatch threeAtOnce = new CountDownLatch(3);
            CountDownLatch served = new CountDownLatch(streams);
            AtomicInteger serving = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            for (int stream = 0; stream < streams; stream++) {
                workers.execute(() -> {
                    most.accumulateAndGet(serving.incrementAndGet(), Math::max);
                    threeAtOnce.countDown();
                    try {
                        threeAtOnce.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    serving.decrementAndGet();
                    served.countDown();
                });
            }
            assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(most).hasValue(3);
        } finally {
            workers.shutdownNow();
        }
    }
}
