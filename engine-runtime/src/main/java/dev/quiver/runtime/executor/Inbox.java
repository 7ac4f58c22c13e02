package dev.quiver.runtime.executor;

import dev.quiver.runtime.protocol.ToExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps what the driver says until the executor is put together, and hands everything on in the order in which it came: a
 * program before the tasks that need it. Safe for use by many threads.
 */
final class Inbox {
    private final List<ToExecutor> early = new ArrayList<>();
    private Consumer<ToExecutor> receiver;

    synchronized void accept(ToExecutor message) {
        if (receiver == null) {
            early.add(message);
        } else {
            receiver.accept(message);
        }
    }

    /** Hands on what waits, and from now on what comes. */
    synchronized void open(Consumer<ToExecutor> ready) {
        early.forEach(ready);
        early.clear();
        receiver = ready;
    }
}
