package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a thousand interleavings without a failure mean something: with a mistake in the code, one of them fails. */
class PlantedRaceTest {
    private static final int COUNT = 1000;

    @TempDir
    Path folder;

    /** {@link PlantedRace#PINNED_UNLOCKED} takes a step where these threads take none; {@link InterleavingsTest} finds it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PINNED_UNLOCKED")
    void isFoundInAThousandInterleavings(PlantedRace race) throws Exception {
        race.plant(folder.resolve("planted"));
        ExecutorService threads = Executors.newCachedThreadPool();
        try (URLClassLoader loader = new WithMistake(folder.resolve("planted"))) {
            Class<?> type = loader.loadClass(TasksAtOnce.class.getName());
            Constructor<?> make = type.getDeclaredConstructor(long.class, Path.class);
            Method run = type.getDeclaredMethod("run", ExecutorService.class);
            make.setAccessible(true);
            run.setAccessible(true);
            for (long seed = 0; seed < COUNT; seed++) {
                try {
                    run.invoke(make.newInstance(seed, folder.resolve("seed-" + seed)), threads);
                } catch (InvocationTargetException found) {
                    assertThat(found.getCause())
                            .as("with seed %d", seed)
                            .isInstanceOfAny(
                                    AssertionError.class, IllegalArgumentException.class, IllegalStateException.class);
                    return;
                }
            }
        } finally {
            threads.shutdownNow();
        }
        throw new AssertionError(race + " was not found");
    }

    /** Loads the block manager anew, with one class of it changed. */
    private static final class WithMistake extends URLClassLoader {
        WithMistake(Path planted) throws IOException {
            super(
                    new URL[] {planted.toUri().toURL(), locationOf(MemoryStore.class), locationOf(TasksAtOnce.class)},
                    PlantedRaceTest.class.getClassLoader());
        }

        private static URL locationOf(Class<?> type) {
            return type.getProtectionDomain().getCodeSource().getLocation();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.quiver.block.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
