package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;

/** Has executors take over what others hold. Called on the scheduler's loop; never blocks. */
public interface DataMover {
    /** Where executors cannot take anything from one another. */
    DataMover NONE = new DataMover() {
        @Override
        public boolean isAble() {
            return false;
        }

        @Override
        public void take(OutputMove move) {}

        @Override
        public void copyCached(ExecutorId leaving) {}

        @Override
        public boolean isSpared(ExecutorId leaving) {
            return true;
        }
    };

    /** Whether anything can be moved at all. */
    default boolean isAble() {
        return true;
    }

    /** Orders a move. {@link dev.quiver.scheduler.SchedulerEvent.OutputsMoved} tells how it ended. */
    void take(OutputMove move);

    /**
     * An executor is about to leave: what it has cached, now and later, is to be copied to executors that stay.
     * {@link dev.quiver.scheduler.SchedulerEvent.HandoverProgressed} tells when {@link #isSpared} may have become true.
     */
    void copyCached(ExecutorId leaving);

    /** Whether nothing that is cached is lost with a leaving executor, but what nobody can take. */
    boolean isSpared(ExecutorId leaving);
}
