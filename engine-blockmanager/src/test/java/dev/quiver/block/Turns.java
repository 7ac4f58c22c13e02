package dev.quiver.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that take turns, so that a seed decides how their steps interleave: one runs from a {@link #pause} to its next,
 * then another is called. One that waits inside the code under test has no turn until that code wakes it; it then goes on
 * to its next pause by itself. When all that have not ended wait, nobody can wake them, and the run fails.
 *
 * <pre>
 * ready --called--> called --thread wakes--> running --pause--> ready
 *                                              |  ^
 *                                  waits inside +--+ woken by another's step
 * </pre>
 */
final class Turns {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_AGAIN_NANOS = 100_000;

    private final Random random;
    private final Runnable check;
    private final Thread conductor = Thread.currentThread();
    private final List<Actor> actors = new ArrayList<>();
    private final ThreadLocal<Actor> current = new ThreadLocal<>();
    private volatile boolean begun;
    private volatile boolean abandoned;
    private volatile int taken;

    /** What a thread does between its first turn and its end. */
    interface Steps {
        void run() throws Exception;
    }

    private enum State {
        READY,
        CALLED,
        RUNNING,
        ENDED
    }

    /** One thread. */
    private final class Actor implements Runnable {
        final String name;
        final Steps steps;
        volatile State state = State.RUNNING;
        volatile Thread thread;
        volatile Throwable failure;

        Actor(String name, Steps steps) {
            this.name = name;
            this.steps = steps;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            current.set(this);
            try {
                pause();
                steps.run();
            } catch (Abandoned over) {
                // Another has failed.
            } catch (Throwable failed) {
                failure = failed;
            } finally {
                current.remove();
                // Also takes back an interrupt that came too late: the thread serves others after this.
                Thread.interrupted();
                state = State.ENDED;
                LockSupport.unpark(conductor);
            }
        }

        /** In the code under test, which will not go on by itself: a thread woken there is no longer in this state. */
        boolean isWaiting() {
            Thread mine = thread;
            return state == State.RUNNING && mine != null && mine.getState() == Thread.State.WAITING;
        }
    }

    /** Unwinds a thread when another has failed. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Belongs to the thread that makes it.
     *
     * @param check called between turns, when nobody moves
     */
    Turns(Random random, Runnable check) {
        this.random = random;
        this.check = check;
    }

    void add(ExecutorService threads, String name, Steps steps) {
        Actor actor = new Actor(name, steps);
        actors.add(actor);
        threads.execute(actor);
    }

    /** Lets any other go on before this one does; nothing on a thread without turns. Not to be called with a lock held. */
    void pause() {
        Actor mine = current.get();
        if (mine == null) {
            return;
        }
        if (isQuietBut(mine)) {
            check.run();
            Actor next = next(mine);
            if (next == mine) {
                return;
            }
            call(next);
            mine.state = State.READY;
        } else {
            mine.state = State.READY;
            LockSupport.unpark(conductor);
        }
        while (mine.state == State.READY) {
            LockSupport.park(this);
        }
        if (abandoned) {
            throw new Abandoned();
        }
        mine.state = State.RUNNING;
    }

    /** Whether the thread that pauses can call the next by itself: no other moves, or waits for something but its turn. */
    private boolean isQuietBut(Actor mine) {
        if (!begun || abandoned) {
            return false;
        }
        for (Actor actor : actors) {
            if (actor != mine && actor.state != State.READY && actor.state != State.ENDED) {
                return false;
            }
        }
        return true;
    }

    /** Chooses whose turn it is; null when nobody is ready. @param also one that pauses; may be null */
    private Actor next(Actor also) {
        List<Actor> ready = new ArrayList<>();
        for (Actor actor : actors) {
            if (actor == also || actor.state == State.READY) {
                ready.add(actor);
            }
        }
        if (ready.isEmpty()) {
            return null;
        }
        taken++;
        return ready.get(random.nextInt(ready.size()));
    }

    /** Turns taken by now. Unchanged across a call: nobody else had one meanwhile. */
    int taken() {
        return taken;
    }

    /** Has them take turns until all have ended. */
    void run() throws Throwable {
        try {
            while (true) {
                settle();
                begun = true;
                check.run();
                Actor next = next(null);
                if (next == null) {
                    break;
                }
                call(next);
            }
            if (actors.stream().anyMatch(Actor::isWaiting)) {
                throw new AssertionError("all that have not ended wait, for ever:" + whereTheyAre());
            }
        } finally {
            abandon();
        }
    }

    private static void call(Actor actor) {
        actor.state = State.CALLED;
        LockSupport.unpark(actor.thread);
    }

    /** Waits until each is ready, has ended, or waits inside the code under test. */
    private void settle() throws Throwable {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!allSettled()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("a thread neither pauses nor waits:" + whereTheyAre());
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
        }
        for (Actor actor : actors) {
            if (actor.failure != null) {
                throw actor.failure;
            }
        }
    }

    private boolean allSettled() {
        for (Actor actor : actors) {
            if (actor.state != State.READY && actor.state != State.ENDED && !actor.isWaiting()) {
                return false;
            }
        }
        return true;
    }

    /** Ends those that are left, after a failure. */
    private void abandon() {
        abandoned = true;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (actors.stream().anyMatch(actor -> actor.state != State.ENDED) && System.nanoTime() < deadline) {
            for (Actor actor : actors) {
                if (actor.state == State.READY) {
                    call(actor);
                } else if (actor.isWaiting()) {
                    actor.thread.interrupt();
                }
            }
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
        }
    }

    private String whereTheyAre() {
        StringBuilder text = new StringBuilder();
        for (Actor actor : actors) {
            if (actor.state != State.ENDED && actor.thread != null) {
                text.append("\n").append(actor.name).append(", ").append(actor.state);
                for (StackTraceElement frame : actor.thread.getStackTrace()) {
                    text.append("\n    ").append(frame);
                }
            }
        }
        return text.toString();
    }
}
