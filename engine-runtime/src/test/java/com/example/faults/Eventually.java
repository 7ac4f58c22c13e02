package com.example.faults;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that another process does. A deadline that passes is a failure, never a way to go on. */
final class Eventually {
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private Eventually() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, LONGEST, condition);
    }

    /** Lets time pass, where that something does not happen is what a test wants to see. */
    static void after(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
