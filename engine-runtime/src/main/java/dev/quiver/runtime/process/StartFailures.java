package dev.quiver.runtime.process;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts executor processes that ended before they were ready for tasks, and says what becomes of them. However often
 * each ends, there is an end to starting it again. Belongs to its backend's monitor.
 */
final class StartFailures {
    /** An executor that cannot start while others can is tried this often. */
    static final int MOST_OF_ONE = 10;

    /** When none can start, this many in all are enough, or one of each if that is more. */
    private static final int LEAST_OF_ALL = 3;

    /** What to do about an executor that did not get ready. */
    enum Verdict {
        START_AGAIN,
        /** The others have to do without it. */
        LEAVE_OUT,
        /** There are no others. */
        GIVE_UP
    }

    private final Map<String, Integer> ofOne = new LinkedHashMap<>();
    private int ofAll;
    private boolean anyWasReady;

    /** An executor is ready: what went wrong before is over. */
    void ready(String name) {
        ofOne.remove(name);
        ofAll = 0;
        anyWasReady = true;
    }

    /** @param wanted executors there should be @param othersReady whether any other is ready now */
    Verdict failed(String name, int wanted, boolean othersReady) {
        int failures = ofOne.merge(name, 1, Integer::sum);
        ofAll++;
        // Once one was ready it is known that they can start: something kills them, and may stop doing so.
        int enough = anyWasReady ? MOST_OF_ONE : LEAST_OF_ALL;
        if (!othersReady && ofAll >= Math.max(enough, wanted)) {
            return Verdict.GIVE_UP;
        }
        return failures >= MOST_OF_ONE ? Verdict.LEAVE_OUT : Verdict.START_AGAIN;
    }
}
