package dev.quiver.runtime.executor;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.runtime.protocol.ToDriver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an executor process leaves in peace. A signal that asks it to end is passed on to the driver, which gives it nothing
 * more, has others take what it holds, and lets it go; then it stays until nobody reads from it any more. It ends without
 * all this when that takes longer than whoever sent the signal will wait, or with the second signal.
 */
final class Farewell {
    static final ConfigKey<Duration> GRACE_PERIOD = ConfigKey.duration(
                    "decommission.gracePeriod", Duration.ofSeconds(25))
            .doc("How long an executor process goes on after SIGTERM or SIGPWR to finish its tasks and hand over"
                    + " what it holds. Should be a little less than whoever sends the signal waits before it"
                    + " kills.");

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    /** Readers that asked before they heard of the new place of what they read. */
    private static final long LONGEST_LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long graceNanos;
    private final DriverLink driver;
    private final BooleanSupplier needed;
    private final Runnable exit;
    private final AtomicInteger signals = new AtomicInteger();

    /**
     * @param needed whether somebody reads from this process now, or is about to
     * @param exit   ends the process; called on any thread
     */
    Farewell(Config config, DriverLink driver, BooleanSupplier needed, Runnable exit) {
        this.graceNanos = config.get(GRACE_PERIOD).toNanos();
        this.driver = driver;
        this.needed = needed;
        this.exit = exit;
    }

    /** This process was asked to end. */
    void onSignal(String name) {
        if (signals.incrementAndGet() > 1) {
            exit.run();
            return;
        }
        LOG.info("SIG{} came: this executor takes no more tasks, hands over what it holds and ends", name);
        driver.tell(new ToDriver.Leaving("its process got SIG" + name));
        start("grace-limit", () -> {
            park(graceNanos);
            LOG.warn(
                    "The grace after SIG{} is over ({}): this executor ends with what it still holds",
                    name,
                    GRACE_PERIOD);
            exit.run();
        });
    }

    /** The driver lets this process go. */
    void onLeave() {
        start("farewell", () -> {
            long waited = 0;
            while (waited < LONGEST_LINGER_NANOS && needed.getAsBoolean()) {
                park(LOOK_NANOS);
                waited += LOOK_NANOS;
            }
            exit.run();
        });
    }

    private static void park(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
