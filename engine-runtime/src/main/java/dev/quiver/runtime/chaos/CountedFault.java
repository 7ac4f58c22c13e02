package dev.quiver.runtime.chaos;

import java.util.concurrent.atomic.AtomicInteger;

/** A fault of this process, and how often what it counts has happened. Safe for use by many threads. */
final class CountedFault {
    final Fault fault;
    private final FaultLog log;
    private final AtomicInteger seen = new AtomicInteger();

    CountedFault(Fault fault, FaultLog log) {
        this.fault = fault;
        this.log = log;
    }

    /** What it counts has happened once more. Whether that is the time to do it, which is then written down. */
    boolean isNow(String detail) {
        int number = seen.incrementAndGet();
        boolean now = fault.everyTime() || number == fault.number();
        // One that happens every time is told once.
        if (now && (!fault.everyTime() || number == 1)) {
            log.tookEffect(fault, detail);
        }
        return now;
    }
}
