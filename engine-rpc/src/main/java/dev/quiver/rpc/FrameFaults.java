package dev.quiver.rpc;

import java.time.Duration;

/**
 * What a bad network does to the frames that arrive at this process: the port through which tests and chaos runs lose,
 * delay, repeat and reorder them, and reset or cut connections. It stands above TLS, where frames can be told apart, and
 * below everything that acts on them. Without one, no connection has anything of this in its way.
 */
@FunctionalInterface
public interface FrameFaults {
    /**
     * Called once for each connection, on its I/O thread, before its first frame.
     *
     * @param wire means to break the connection as a whole, whenever
     * @return what happens to the frames that arrive on it; null when they are left alone
     */
    Line on(Connection connection, Wire wire);

    /** One direction of one connection. Called on its I/O thread. */
    @FunctionalInterface
    interface Line {
        /** What becomes of a frame; asked once for each, in the order of arrival. */
        Fate of(Arrival frame);
    }

    /** What a frame is for. */
    enum Purpose {
        TELL,
        ASK,
        /** To an ask of this side, whose type it carries here. */
        REPLY,
        STREAM_OPEN,
        STREAM_CHUNK,
        STREAM_END,
        /** Signs of life, credit and farewells. */
        OTHER
    }

    /**
     * A frame that has arrived whole.
     *
     * @param type  the caller's type number; 0 where the frame has none
     * @param bytes of its body
     */
    record Arrival(Purpose purpose, int type, int bytes) {}

    /** What becomes of a frame. */
    sealed interface Fate {
        Fate PASSES = new Passes();
        Fate IS_LOST = new IsLost();
        Fate COMES_TWICE = new ComesTwice();
        Fate IS_OVERTAKEN = new IsOvertaken();
        Fate RESET_BEFORE = new Reset(false);
        Fate RESET_BEHIND = new Reset(true);

        /** It arrives. */
        record Passes() implements Fate {}

        /** It never arrives, though the connection goes on. */
        record IsLost() implements Fate {}

        record ComesTwice() implements Fate {}

        /** The next frame arrives before it. */
        record IsOvertaken() implements Fate {}

        /** It arrives so much later, and nothing behind it arrives before it. */
        record IsLate(Duration delay) implements Fate {}

        /**
         * The connection is reset.
         *
         * @param behind whether the frame arrives first; then the connection is gone before anything it caused leaves
         */
        record Reset(boolean behind) implements Fate {}
    }

    /** The whole of one connection. May be called from any thread, and when the connection is closed. */
    interface Wire {
        /** Lets nothing through in a direction until {@link #heal}: what is sent meanwhile waits, as behind a cut cable. */
        void cut(boolean incoming, boolean outgoing);

        /** Lets everything through again, in order. */
        void heal();

        /** Ends the connection without a word to either side. */
        void reset();
    }
}
