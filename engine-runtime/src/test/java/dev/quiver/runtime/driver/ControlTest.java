package dev.quiver.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.MemoryLedger;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which executors the driver lets in, and when it gives them up. */
class ControlTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ToDriver HEARTBEAT = new ToDriver.Heartbeat(0, 0, 1, 2, 0, MemoryLedger.NONE);

    private final List<ExecutorId> killed = new ArrayList<>();
    private final List<ExecutorId> lost = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private final Clock clock = new Clock() {
        @Override
        public long nanoTime() {
            return now.toNanos();
        }

        @Override
        public long epochMillis() {
            return now.toMillis();
        }
    };

    private final ClusterBackend backend = new ClusterBackend() {
        @Override
        public void requestExecutors(int target) {}

        @Override
        public void kill(ExecutorId executor, String reason) {
            killed.add(executor);
        }

        @Override
        public void onReady(ExecutorId executor) {}

        @Override
        public void close() {}
    };

    private final SteppedDriver driver = new SteppedDriver(
            Config.of(Map.of("quiver.network.timeout", TIMEOUT.toSeconds() + "s")),
            SchedulerSettings.of(Config.empty()),
            clock,
            (delay, event) -> () -> {},
            (task, executor) -> {},
            new SchedulerListener() {},
            backend,
            lost::add);

    private ExecutorId register(String name, int incarnation) {
        ExecutorId id = new ExecutorId(name, incarnation);
        driver.handle(new DriverEvent.ExecutorRegistered(id, "host", 1, new ExecutorLink() {
            @Override
            public void send(ToExecutor message) {}

            @Override
            public void close(String reason) {}
        }));
        return id;
    }

    private int executors() {
        return driver.scheduler().status().executors();
    }

    private void look(int seconds) {
        now = Duration.ofSeconds(seconds);
        driver.handle(new DriverEvent.LivenessDue());
    }

    @Test
    void givesAnExecutorUpThatIsSilentForTooLong() {
        ExecutorId silent = register("1", 0);
        ExecutorId heard = register("2", 0);
        for (int seconds = 15; seconds <= 60; seconds += 15) {
            look(seconds);
            driver.handle(new DriverEvent.ExecutorTold(heard, HEARTBEAT));
        }
        assertThat(lost).isEmpty();

        look(75);
        assertThat(lost).containsExactly(silent);
        assertThat(executors()).isEqualTo(1);
    }

    @Test
    void givesNobodyUpWhenTheDriverStoodStillAndItsTimersCatchUp() {
        register("1", 0);
        look(15);
        look(200);
        look(200);
        look(200);
        assertThat(lost).isEmpty();
    }

    @Test
    void letsNoProcessInThatWasReplacedBeforeItRegistered() {
        register("1", 1);
        ExecutorId late = register("1", 0);
        assertThat(killed).containsExactly(late);
        assertThat(executors()).isEqualTo(1);
    }

    @Test
    void letsNoProcessInAgainThatWasGivenUp() {
        ExecutorId gone = register("1", 0);
        driver.handle(new DriverEvent.ExecutorEnded(gone, "killed", false));
        register("1", 0);
        assertThat(lost).containsExactly(gone);
        assertThat(executors()).isZero();
    }
}
