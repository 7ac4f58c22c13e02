package dev.quiver.runtime.chaos;

import java.util.Objects;

/**
 * One thing that goes wrong. As text: {@code WHERE WHAT[@PEER] NUMBER DEED}, such as
 * <pre>
 *   driver     told:report@executor-1  4  twice          the fourth report of executor 1 arrives twice
 *   executors  told:launch-tasks   every  late 200ms     in every executor, all launches are late
 *   executor-0 chunk@executors         3  reset          the third chunk executor 0 fetches from another resets the connection
 *   executor-2~0 write                 7  fails          the seventh write to disk of the first process of executor 2
 *   executor-0 write               every  late 50ms      a slow disk
 *   executors  task                    2  late 100ms     the second task of each process
 *   driver     ends                   12  kill executor-1      once twelve tasks have ended
 *   driver     millis               1500  freeze executor-0 700ms
 * </pre>
 * The text is what is written into settings and logs; {@link FaultText} reads and prints it.
 *
 * @param where  {@code driver}, {@code executors}, {@code executor-NAME} for each process of that name, or
 *               {@code executor-NAME~INCARNATION}
 * @param what   is counted
 * @param peer   whose frames are counted, written as {@code where}; empty for everybody's
 * @param number which one it is, from 1 on; 0 for every one
 */
record Fault(String where, String what, String peer, int number, Deed deed) {
    static final String DRIVER = "driver";
    static final String EXECUTORS = "executors";
    static final String EXECUTOR = "executor-";

    static final String WRITE = "write";
    static final String TASK = "task";

    /** Of tasks, in the whole application, counted by the driver. */
    static final String ENDS = "ends";

    /** Since the first job began, counted by the driver. */
    static final String MILLIS = "millis";

    Fault {
        Objects.requireNonNull(deed, "deed");
    }

    boolean everyTime() {
        return number == 0;
    }

    /** Whether it is about frames. */
    boolean isOnTheWire() {
        return FrameNames.isFrame(what);
    }

    /** Whether the driver does it to the process of an executor. */
    boolean isToAProcess() {
        return deed instanceof Deed.Kill || deed instanceof Deed.Freeze;
    }

    /** Whether a name such as {@link #where} covers a process. */
    static boolean covers(String name, String process) {
        return name.isEmpty()
                || name.equals(process)
                || name.equals(EXECUTORS) && process.startsWith(EXECUTOR)
                || process.startsWith(name + "~");
    }

    @Override
    public String toString() {
        return FaultText.print(this);
    }
}
