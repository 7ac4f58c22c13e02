package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the programs of {@link Interleavings} under Fray, a tool that schedules real threads at every lock, wait, notify
 * and volatile access by partial order sampling. {@code -Dquiver.fray.interleavings=5000} runs each in more interleavings;
 * one that fails is kept, and {@code -Dquiver.fray.again=PROGRAM} runs it again.
 */
class InterleavingsTest {
    private static final int COUNT = Integer.getInteger("quiver.fray.interleavings", 60);

    private static InstrumentedJdk jdk;

    @TempDir
    Path folder;

    @BeforeAll
    static void link() throws Exception {
        jdk = InstrumentedJdk.find().orElse(null);
        assumeTrue(jdk != null, "Fray needs Linux on x86-64 and a JDK 25 beside the one that runs the tests");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "cancel", "locks", "line", "blocks", "drop", "blobs", "broadcast", "destroy"})
    void holdsInEveryInterleavingTried(String program) throws Exception {
        assertThat(jdk.run(program, List.of(), COUNT, folder.resolve("blocks"))).isNull();
    }

    /** That it would have found something. */
    @ParameterizedTest
    @CsvSource({"NO_WAKE_UP, pool", "PINNED_UNLOCKED, locks"})
    void findsAPlantedMistake(PlantedRace race, String program) throws Exception {
        race.plant(folder.resolve("planted"));
        assertThat(jdk.run(program, List.of(folder.resolve("planted")), 5000, folder.resolve("blocks")))
                .contains(race == PlantedRace.NO_WAKE_UP ? "DeadlockException" : "AssertionError");
    }
}
