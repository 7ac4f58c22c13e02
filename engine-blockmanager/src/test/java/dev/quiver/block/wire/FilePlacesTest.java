package dev.quiver.block.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.block.wire.FilePlaces.File;
import dev.quiver.block.wire.FilePlaces.Place;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilePlacesTest {
    private static final List<File> FILES = List.of(new File("/disk/block é.arrow", 5L << 40), new File("/b", 100));

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Test
    void readsBackFilesAndPlacesBehindTheReachOfAnInt() throws Exception {
        for (File file : FILES) {
            assertThat(File.decode(bytes(file.encode()))).isEqualTo(file);
        }
        List<Place> places = List.of(
                new Place(0, (5L << 40) - 7, 7, -1), new Place(1, 0, 100, 4), new Place(0, 1L << 33, 1 << 30, 0));
        assertThat(FilePlaces.decode(bytes(FilePlaces.encode(places)), FILES)).isEqualTo(places);
    }

    @Test
    void refusesPlacesOutsideOfTheirFile() {
        for (Place place : List.of(
                new Place(2, 0, 1, 0),
                new Place(-1, 0, 1, 0),
                new Place(1, 0, 101, 0),
                new Place(1, 100, 1, 0),
                new Place(1, -1, 1, 0),
                new Place(1, 0, -1, 0),
                new Place(1, Long.MAX_VALUE, 1, 0))) {
            byte[] bytes = bytes(FilePlaces.encode(List.of(place)));
            assertThatThrownBy(() -> FilePlaces.decode(bytes, FILES)).isInstanceOf(MalformedBlock.class);
        }
    }

    @Test
    void meetsAnyBytesWithAnAnswerOrARefusal() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            try {
                File.decode(bytes);
                FilePlaces.decode(bytes, FILES);
            } catch (MalformedBlock expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
    }
}
