package dev.quiver.runtime.chaos;

import dev.quiver.rpc.FrameFaults.Fate;
import java.time.Duration;

/** What goes wrong. {@link Fault} says where and when. */
sealed interface Deed {
    /** Something happens to a frame. */
    record ToFrame(Fate fate) implements Deed {}

    /**
     * The connection a frame came on is cut for a while, behind that frame.
     *
     * @param length zero when it never heals
     */
    record Cut(boolean incoming, boolean outgoing, Duration length) implements Deed {}

    /** A write to the disk fails, as on a full one. */
    record FailsWrite() implements Deed {}

    /** A task begins, a frame arrives or a write ends so much later. */
    record Late(Duration by) implements Deed {}

    /** A process is killed. */
    record Kill(String executor) implements Deed {}

    /** A process stands still for a while. */
    record Freeze(String executor, Duration length) implements Deed {}
}
