package dev.quiver.shuffle.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.wire.ChunkEvent;
import dev.quiver.task.MapVersion;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocatedRunTest {
    private static ChunkEvent at(String file, long offset, int length) {
        return new ChunkEvent.Located(
                0, new byte[0], 0, ChunkSources.of(new MapVersion(0, 0, 0), 1), file, offset, length);
    }

    private static List<Long> offsets(LocatedRun run) {
        return run.chunks().stream().map(ChunkEvent.Located::offset).toList();
    }

    @Test
    void neighboursAreReadAtOnceAndGapsSkipped() {
        ArrayDeque<ChunkEvent> events = new ArrayDeque<>(List.of(
                at("a", 8, 100),
                at("a", 108, 50),
                at("a", 200, 10),
                at("a", 100_000, 10),
                at("b", 100_010, 10),
                at("b", 10, 10),
                new ChunkEvent.End(6),
                at("b", 20, 10)));
        LocatedRun first = LocatedRun.takeFrom(events, 1 << 20);
        assertThat(offsets(first)).containsExactly(8L, 108L, 200L);
        assertThat(first.file()).isEqualTo("a");
        assertThat(first.offset()).isEqualTo(8);
        assertThat(first.length()).isEqualTo(202);
        assertThat(offsets(LocatedRun.takeFrom(events, 1 << 20))).containsExactly(100_000L);
        assertThat(offsets(LocatedRun.takeFrom(events, 1 << 20))).containsExactly(100_010L);
        assertThat(offsets(LocatedRun.takeFrom(events, 1 << 20)))
                .as("what lies before is read by itself")
                .containsExactly(10L);
        assertThat(events).hasSize(2).first().isEqualTo(new ChunkEvent.End(6));
    }

    @Test
    void aRunIsNoLargerThanAllowedUnlessItsFirstChunkIs() {
        ArrayDeque<ChunkEvent> events =
                new ArrayDeque<>(List.of(at("a", 8, 1000), at("a", 1008, 40), at("a", 1048, 60), at("a", 1108, 1)));
        assertThat(LocatedRun.takeFrom(events, 100).length()).isEqualTo(1000);
        assertThat(LocatedRun.takeFrom(events, 100).length()).isEqualTo(100);
        assertThat(LocatedRun.takeFrom(events, 100).length()).isEqualTo(1);
    }
}
