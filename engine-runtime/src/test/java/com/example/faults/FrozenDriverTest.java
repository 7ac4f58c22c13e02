package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** R11: a driver that stands still for longer than executors may be silent. */
@Tag("slow")
class FrozenDriverTest extends FaultTest {
    private static final Duration STANDS_STILL = Duration.ofSeconds(11);

    @Test
    void losesNoExecutorWhileItStandsStill() throws Exception {
        Gate mapping = gate("mapping");
        Gate reducing = gate("reducing");
        Process driver = LostDriverTest.startDriver(
                folder,
                List.of(
                        local.toString(),
                        mapping.folder(),
                        reducing.folder(),
                        "quiver.network.timeout=3s",
                        "quiver.executor.heartbeatInterval=300ms"));
        try {
            Set<Long> executors = mapping.awaitProcesses(2);
            standStill(driver);
            assertThat(executors).as("executors of a frozen driver").allMatch(Processes::lives);
            mapping.open();
            assertThat(reducing.awaitProcesses(2)).isEqualTo(executors);
            standStill(driver);
            reducing.open();
            assertThat(driver.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(driver.exitValue()).isZero();
            assertThat(mapping.arrivals()).hasSize(2);
            assertThat(reducing.arrivals()).hasSize(2);
            assertThat(reducing.processes()).isEqualTo(executors);
        } finally {
            driver.destroyForcibly().waitFor();
        }
    }

    private static void standStill(Process driver) throws Exception {
        Processes.signal("STOP", driver.pid());
        try {
            Eventually.until("it is stopped", () -> Processes.state(driver.pid()) == 'T');
            Eventually.after(STANDS_STILL);
        } finally {
            Processes.signal("CONT", driver.pid());
        }
    }
}
