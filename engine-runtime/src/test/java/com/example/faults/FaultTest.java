package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder for the session's files, one for gates, and a look afterwards that nothing is left. */
abstract class FaultTest {
    private static final long LONGEST_JOB_SECONDS = 120;

    /** Executors that live for seconds spend half of their processor time on the second compiler, for nothing. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    @TempDir
    Path folder;

    Path local;

    @BeforeEach
    void makeFolder() throws Exception {
        local = Files.createDirectory(folder.resolve("local"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(Processes.executors()).as("executor processes that are left").isEmpty();
        assertThat(Processes.contents(local))
                .as("working folders that are left")
                .isEmpty();
        assertThat(LeakedBuffers.SEEN).as("buffers that nobody released").isEmpty();
    }

    SessionBuilder session(String master) {
        return Session.builder()
                .appName(getClass().getSimpleName())
                .master(master)
                .config("quiver.local.dir", local.toString())
                .config("quiver.executor.extraJavaOptions", SHORT_LIVED)
                .config("quiver.memory.reserved", reserved(master));
    }

    /** What an executor keeps for itself: less where it is smaller than executors otherwise may be. */
    private static String reserved(String master) {
        Matcher mebibytes = Pattern.compile("local-cluster\\[.*,(\\d+)]").matcher(master);
        return mebibytes.matches() ? Math.min(300, Integer.parseInt(mebibytes.group(1)) * 2 / 3) + "m" : "300m";
    }

    /** Faults that a session is to make; see {@code docs/reliability.md} for how they are written. */
    Faults faults(String plan) {
        return new Faults(plan, folder.resolve("chaos.log"));
    }

    Gate gate(String name) throws Exception {
        return Gate.in(folder, name);
    }

    Gate openGate(String name) throws Exception {
        Gate gate = gate(name);
        gate.open();
        return gate;
    }

    /** A user's thread of its own. */
    static <T> CompletableFuture<T> start(Callable<T> action) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(action.call());
                    } catch (Throwable failure) {
                        future.completeExceptionally(failure);
                    }
                },
                "user");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    static <T> T result(CompletableFuture<T> future) throws Exception {
        return future.get(LONGEST_JOB_SECONDS, TimeUnit.SECONDS);
    }

    /** What an action threw; fails when it did not. */
    static Throwable failure(CompletableFuture<?> future) throws Exception {
        try {
            Object value =
                    future.orTimeout(LONGEST_JOB_SECONDS, TimeUnit.SECONDS).join();
            throw new AssertionError("the job succeeded with " + value);
        } catch (CompletionException failed) {
            return failed.getCause();
        }
    }
}
