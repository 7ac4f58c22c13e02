package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.exec.task.CommitDenied;
import dev.quiver.lineage.Lineage;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.stage.Action;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionTest {
    private static final AtomicLong SUM = new AtomicLong();

    private final Stages stages = new Stages();

    @TempDir
    Path folder;

    @Test
    void actionsMakeWhatTheySay() throws Exception {
        Lineage rows = stages.range(1, 5001, 1, 1);
        assertThat(stages.run(rows, new Action.Count(), 0)).isEqualTo(5000L);
        assertThat((List<?>) stages.run(rows, new Action.Collect(1500), 0)).hasSize(1500);
        assertThat(stages.run(rows, new Action.Reduce((left, right) -> (long) left + (long) right), 0))
                .isEqualTo(List.of(12_502_500L));
        assertThat(stages.run(
                        rows,
                        new Action.FoldPartition(all -> {
                            long count = 0;
                            while (all.hasNext()) {
                                all.next();
                                count++;
                            }
                            return "n" + count;
                        }),
                        0))
                .isEqualTo("n5000");
        SUM.set(0);
        assertThat(stages.run(rows, new Action.ForEach(row -> SUM.addAndGet((long) row)), 0))
                .isNull();
        assertThat(SUM).hasValue(12_502_500L);
        Lineage none = stages.range(0, 0, 1, 1);
        assertThat(stages.run(none, new Action.Count(), 0)).isEqualTo(0L);
        assertThat(stages.run(none, new Action.Reduce((left, right) -> left), 0))
                .isEqualTo(List.of());
        Lineage nulls = stages.collection(List.of(Arrays.asList(null, null)));
        assertThat(stages.run(nulls, new Action.Reduce((left, right) -> null), 0))
                .isEqualTo(Arrays.asList((Object) null));
        assertThat(stages.run(nulls, new Action.Collect(9), 0)).isEqualTo(Arrays.asList(null, null));
    }

    @Test
    void aMutableZeroIsFreshForEachTask() throws Exception {
        ArrayList<Object> zero = new ArrayList<>(List.of("z"));
        Action fold = new Action.Fold(zero, ActionTest::added);
        Lineage rows = stages.range(0, 4, 1, 2);
        assertThat(stages.run(rows, fold, 0)).isEqualTo(List.of("z", 0L, 1L));
        assertThat(stages.run(rows, fold, 1)).isEqualTo(List.of("z", 2L, 3L));
        assertThat(zero).containsExactly("z");
    }

    @SuppressWarnings("unchecked")
    private static Object added(Object list, Object row) {
        ((List<Object>) list).add(row);
        return list;
    }

    @Test
    void aResultThatCannotTravelIsNamed() {
        Lineage rows = stages.range(0, 1, 1, 1);
        assertThatThrownBy(() -> stages.run(rows, new Action.FoldPartition(all -> Thread.currentThread()), 0))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void textIsPublishedUnderItsFinalNameOnceGranted() throws Exception {
        Lineage rows = stages.map(stages.range(0, 3000, 1, 2), row -> "zeile ä" + row);
        Files.createDirectory(folder.resolve("out"));
        Files.createDirectory(folder.resolve("tmp"));
        Action save = new Action.SaveText(
                folder.resolve("out").toString(), folder.resolve("tmp").toString());
        Object saved = stages.run(rows, save, 1);
        Path part = folder.resolve("out/part-00001");
        assertThat(saved).isEqualTo(new Action.SavedPart("part-00001", Files.size(part), 1500));
        assertThat(Files.readAllLines(part))
                .hasSize(1500)
                .startsWith("zeile ä1500")
                .endsWith("zeile ä2999");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void nothingIsLeftOfTextThatWasDeniedOrFailed() throws Exception {
        Files.createDirectory(folder.resolve("out"));
        Files.createDirectory(folder.resolve("tmp"));
        Action save = new Action.SaveText(
                folder.resolve("out").toString(), folder.resolve("tmp").toString());
        FakeServices denied = new FakeServices(stages.cluster, 0, 1);
        denied.grants = false;
        assertThatThrownBy(() -> stages.run(stages.range(0, 3, 1, 1), save, denied))
                .isInstanceOf(CommitDenied.class)
                .hasMessageContaining("part-00000");
        Lineage nulls = stages.collection(List.of(Arrays.asList("a", null)));
        assertThatThrownBy(() -> stages.run(nulls, save, 0))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("Row 1 of partition 0 is null");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
        assertThat(folder.resolve("out")).isEmptyDirectory();
    }
}
