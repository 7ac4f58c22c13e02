package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.StorageLevel;
import dev.quiver.Text;
import dev.quiver.function.MapFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes per row, classes per job, and what is left of an application that is gone. */
class CompiledMemoryTest {
    @TempDir
    Path folder;

    private static final ReduceFunction<Object> SUM = (left, right) -> (Long) left + (Long) right;

    record Point(long x, double y, int weight) {}

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void aWarmNarrowStageAllocatesNothingPerRow() throws Exception {
        NarrowSpeed.others(PipelineSettings.DEFAULTS);
        assertThat(bytesPerRow(() -> NarrowSpeed.narrow(20_000_000, PipelineSettings.DEFAULTS), 20_000_000))
                .isLessThan(1.0);
    }

    @Test
    void aWarmStageOverColumnsAllocatesNothingPerRow() throws Exception {
        Stages stages = new Stages();
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 500_000; row++) {
            rows.add(new Point(row, row * 0.5, row));
        }
        Lineage lineage = stages.collection(List.of(rows));
        lineage = stages.filter(lineage, row -> ((Point) row).y() > 3);
        lineage = stages.map(lineage, row -> {
            Point point = (Point) row;
            return new Point(point.x() + 1, point.y() * 2, point.weight());
        });
        lineage = stages.map(lineage, row -> ((Point) row).x() + ((Point) row).weight());
        Lineage tail = lineage;
        assertThat(bytesPerRow(
                        () -> {
                            Object sum = null;
                            for (int round = 0; round < 10; round++) {
                                sum = stages.run(tail, new Action.Reduce(SUM), 0);
                            }
                            return sum;
                        },
                        5_000_000))
                .isLessThan(1.0);
    }

    record Vector(double[] numbers, long id) {
        double[] addTo(double[] sum) {
            for (int index = 0; index < numbers.length; index++) {
                sum[index] += numbers[index];
            }
            return sum;
        }
    }

    @Test
    void arraysOfRowsThatAreOnlyLookedAtAreFilledAnew() throws Exception {
        Stages stages = new Stages();
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 200_000; row++) {
            rows.add(new Vector(new double[] {row, 1, 2, 3}, row));
        }
        Lineage kept = stages.filter(stages.collection(List.of(rows)), row -> ((Vector) row).numbers().length == 4);
        Action add = new Action.Fold(new double[4], (sum, row) -> ((Vector) row).addTo((double[]) sum));
        assertThat(bytesPerRow(
                        () -> {
                            for (int round = 0; round < 10; round++) {
                                assertThat((double[]) stages.run(kept, add, 0))
                                        .containsExactly(200_000.0 * 199_999 / 2, 200_000, 400_000, 600_000);
                            }
                            return null;
                        },
                        2_000_000))
                .isLessThan(1.0);
    }

    /** Words of all three kinds of keys: whole in one number, in two, and longer. */
    @Test
    void countingWordsInSlicesMakesNoObjectPerWord() throws Exception {
        Stages stages = new Stages();
        int words = 2_000_000;
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < words; word++) {
            text.append(word % 7 == 0 ? "a-longer-word" : "word")
                    .append(word * 31 % 997 * (word % 3 == 0 ? 100_003L : 1));
            text.append(word % 10 == 9 ? '\n' : ' ');
        }
        Path file = Files.writeString(folder.resolve("words"), text);
        Op source = new Op.TextFile(List.of(new FileSplit(file.toString(), 0, text.length(), false)), true);
        Lineage found = stages.flatMap(stages.node(source, 1), line -> ((Text) line).split(' '));
        Lineage pairs = stages.map(found, word -> Pair.of(word, 1L));
        StageSink sink =
                new StageSink.WriteShuffle(new ShuffleId(7), new HashPartitioner(2), true, new Aggregation.Reduce(SUM));
        StageProgram program = stages.program(pairs, sink);
        // What is read of the file stays as it is for who keeps slices: that much is new each time.
        double read = text.length() / (double) words;
        assertThat(bytesPerRow(() -> program.run(0, new FakeServices(stages.cluster, 0, 0)), words, read + 3))
                .isLessThan(read + 3);
    }

    private static double bytesPerRow(java.util.concurrent.Callable<Object> job, long rows) throws Exception {
        return bytesPerRow(job, rows, 1);
    }

    /** Runs something until the just-in-time compiler was done with it; a bound on rounds keeps a failure short. */
    private static double bytesPerRow(java.util.concurrent.Callable<Object> job, long rows, double enough)
            throws Exception {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < 10 && least >= enough; round++) {
            long before = allocated();
            job.call();
            least = Math.min(least, (allocated() - before) / (double) rows);
        }
        return least;
    }

    @Test
    void tenThousandJobsLoadNoMoreClassesThanOne() throws Exception {
        PipelineSettings settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        jobs(50, settings);
        int before = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        jobs(10_000, settings);
        assertThat(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount() - before)
                .isLessThan(100);
    }

    private static void jobs(int count, PipelineSettings settings) throws Exception {
        Stages stages = new Stages();
        stages.settings = settings;
        for (int job = 0; job < count; job++) {
            long captured = job;
            Lineage rows = stages.map(stages.range(0, 10, 1, 1), row -> (Long) row + captured);
            rows = stages.filter(rows, row -> (Long) row >= captured);
            rows = stages.map(rows, row -> (Long) row - 1);
            assertThat(stages.run(rows, new Action.Count(), 0)).isEqualTo(10L);
        }
    }

    /** What an application brings: found again in a loader of its own. */
    public static final class Brought {
        public static final MapFunction<Object, Object> PLUS_ONE = row -> (Long) row + 1;
        public static final MapFunction<Object, Object> TO_RECORD = row -> new Row((Long) row, new double[2]);

        /** Taken apart and put together by classes that are generated for it. */
        public record Row(long x, double[] numbers) {}

        private Brought() {}
    }

    @Test
    void nothingKeepsTheClassesOfAnApplicationThatIsGone() throws Exception {
        WeakReference<ClassLoader> loader = runApplication();
        for (int round = 0; round < 50 && loader.get() != null; round++) {
            System.gc();
        }
        assertThat(loader.get()).isNull();
    }

    private static WeakReference<ClassLoader> runApplication() throws Exception {
        ClassLoader loader = new OwnLoader();
        MapFunction<Object, Object> function = brought(loader, "PLUS_ONE");
        assertThat(function.getClass().getClassLoader()).isSameAs(loader);
        Stages stages = new Stages(loader);
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        Lineage rows = stages.map(stages.range(0, 5000, 1, 1), row -> row);
        assertThat(stages.run(stages.map(rows, function), new Action.Reduce(SUM), 0))
                .isEqualTo(List.of(5000L * 5001 / 2));
        Lineage records = stages.map(rows, brought(loader, "TO_RECORD"));
        records.persist(StorageLevel.MEMORY_ONLY);
        for (int job = 0; job < 2; job++) {
            List<Object> collected = stages.collect(records);
            assertThat(collected).hasSize(5000);
            assertThat(collected.get(0).getClass().getClassLoader()).isSameAs(loader);
        }
        return new WeakReference<>(loader);
    }

    @SuppressWarnings("unchecked")
    private static MapFunction<Object, Object> brought(ClassLoader loader, String name) throws Exception {
        return (MapFunction<Object, Object>)
                loader.loadClass(Brought.class.getName()).getField(name).get(null);
    }

    private static final class OwnLoader extends ClassLoader {
        OwnLoader() {
            super(CompiledMemoryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Brought.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }
    }
}
