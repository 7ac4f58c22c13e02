package dev.quiver.serializer;

import dev.quiver.UsageException;
import dev.quiver.lineage.CallSite;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;

/** Refuses functions that cannot travel to executors where they are defined, before anything runs. */
public final class ClosureCheck {
    private ClosureCheck() {}

    /**
     * Serializes the function once and throws the bytes away.
     *
     * @throws NotSerializable naming the user's line, what the function captures that cannot travel, and what to do
     */
    public static void check(Object function, CallSite site) {
        if (function == null) {
            throw new UsageException(site + ": the function is null");
        }
        try (ObjectOutputStream stream = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            stream.writeObject(function);
        } catch (IOException | RuntimeException | StackOverflowError failure) {
            throw new NotSerializable(site + ": " + CaptureReport.of(function, failure), failure);
        }
    }
}
