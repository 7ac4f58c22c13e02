package dev.quiver.rpc;

import io.netty.util.concurrent.FastThreadLocalThread;

/** A thread that reads, writes and calls handlers. Its type tells blocking methods that they are in the wrong place. */
final class IoThread extends FastThreadLocalThread {
    IoThread(Runnable work, String name) {
        super(work, name);
        setDaemon(true);
    }
}
