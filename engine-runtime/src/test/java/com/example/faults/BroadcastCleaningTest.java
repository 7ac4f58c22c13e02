package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Broadcast;
import dev.quiver.JobFailedException;
import dev.quiver.Session;
import dev.quiver.serializer.JavaObjects;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastCleaningTest extends FaultTest {
    @ParameterizedTest
    @ValueSource(strings = {"local[1]", "local-cluster[1,1,512]"})
    void aValueGoesWhenTheDriverCanReachItsHandleNoMore(String master) throws Exception {
        try (Session session = session(master).create()) {
            Broadcast<int[]> copy = usedCopyOfAHandle(session);
            AtomicReference<String> told = new AtomicReference<>("");
            Eventually.until("the value is gone", () -> {
                System.gc();
                try {
                    session.range(0, 1, 1, 1).map(row -> copy.value()[0]).first();
                } catch (JobFailedException gone) {
                    told.set(gone.getMessage());
                }
                return !told.get().isEmpty();
            });
            assertThat(told.get())
                    .contains("created at BroadcastCleaningTest.usedCopyOfAHandle")
                    .contains("was dropped when the driver could reach it no more");
        }
    }

    /** Like a handle that a function brought to an executor. Nothing refers to the driver's own when this returns. */
    @SuppressWarnings("unchecked")
    private static Broadcast<int[]> usedCopyOfAHandle(Session session) {
        Broadcast<int[]> original = session.broadcast(new int[] {7});
        byte[] handle = JavaObjects.write(original);
        Broadcast<int[]> copy = (Broadcast<int[]>)
                JavaObjects.read(handle, 0, handle.length, BroadcastCleaningTest.class.getClassLoader());
        assertThat(session.range(0, 1, 1, 1).map(row -> copy.value()[0]).first())
                .isEqualTo(7);
        Reference.reachabilityFence(original);
        return copy;
    }
}
