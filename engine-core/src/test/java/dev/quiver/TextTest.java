package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.serializer.JavaObjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {
    private static final long SEED = 17;
    private static final String[] PIECES = {"a", "b", "  ", " ", "ä", "€", "😀", "xyz", "0123456", "longer than a word"
    };

    private final Random random = new Random(SEED);

    private String string() {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(6);
        for (int piece = 0; piece < pieces; piece++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** The text of a string somewhere within a larger array, at whose end there may be no more bytes. */
    private Text within(String string) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        int before = random.nextInt(9);
        byte[] data = new byte[before + utf8.length + random.nextInt(9)];
        random.nextBytes(data);
        System.arraycopy(utf8, 0, data, before, utf8.length);
        return Text.wrap(data, before, utf8.length);
    }

    @Test
    void textsAreEqualAndOrderedByTheirBytesWhereverTheseLie() {
        for (int round = 0; round < 2000; round++) {
            String left = string();
            String right = random.nextBoolean() ? left : string();
            Text one = within(left);
            Text other = within(right);
            String what = "seed " + SEED + ": '" + left + "', '" + right + "'";
            assertThat(one.equals(other)).as(what).isEqualTo(left.equals(right));
            int[] points = left.codePoints().toArray();
            int[] otherPoints = right.codePoints().toArray();
            assertThat(Integer.signum(one.compareTo(other)))
                    .as(what)
                    .isEqualTo(Integer.signum(Arrays.compare(points, otherPoints)));
            if (left.equals(right)) {
                assertThat(one.hashCode()).as(what).isEqualTo(other.hashCode());
            }
            assertThat(one.toString()).as(what).isEqualTo(left).isSameAs(one.toString());
            assertThat(one.copy()).as(what).isEqualTo(one).isEqualTo(Text.of(left));
            assertThat(one.toBytes()).as(what).isEqualTo(left.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Text.of("ascii, all of it").hashCode()).isEqualTo("ascii, all of it".hashCode());
        assertThat(Text.of("a")).isNotEqualTo("a");
    }

    @Test
    void splittingGivesWhatStringsGive() {
        for (int round = 0; round < 5000; round++) {
            String string = string();
            List<String> parts = new ArrayList<>();
            Iterable<Text> split = within(string).split(' ');
            split.forEach(part -> parts.add(part.toString()));
            assertThat(parts).as("seed %d: '%s'", SEED, string).containsExactly(string.split(" "));
            assertThat(split).as("seed %d: '%s', again", SEED, string).hasSize(parts.size());
        }
        assertThat(Text.of("").split(',')).containsExactly(Text.of(""));
        assertThat(Text.of(",,").split(',')).isEmpty();
        assertThat(Text.of(",a,,b,,").split(',')).hasSize(4);
        assertThatThrownBy(() -> Text.of("a").split('ä'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ä' is not ASCII");
    }

    @Test
    void bytesAndWordsAreThoseOfTheSlice() {
        for (int round = 0; round < 2000; round++) {
            String string = string();
            Text text = within(string);
            byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            byte[] padded = Arrays.copyOf(bytes, bytes.length + 8);
            for (int at = 0; at <= bytes.length; at++) {
                long word = 0;
                for (int place = 7; place >= 0; place--) {
                    word = word << 8 | padded[at + place] & 0xFF;
                }
                assertThat(text.wordAt(at))
                        .as("seed %d: '%s' at %d", SEED, string, at)
                        .isEqualTo(word);
            }
            byte[] copied = new byte[bytes.length + 3];
            Arrays.fill(copied, (byte) 7);
            text.copyTo(copied, 2);
            byte[] expected = new byte[bytes.length + 3];
            Arrays.fill(expected, (byte) 7);
            System.arraycopy(bytes, 0, expected, 2, bytes.length);
            assertThat(copied).as("seed %d: '%s'", SEED, string).isEqualTo(expected);
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length + 1 - from);
            assertThat(text.slice(from, to).toBytes()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
            String latin = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(text.indexOf('b', from))
                    .as("seed %d: '%s' from %d", SEED, string, from)
                    .isEqualTo(latin.indexOf('b', from));
        }
    }

    @Test
    void whatIsOutsideIsRefused() {
        Text text = Text.wrap("abcdef".getBytes(StandardCharsets.UTF_8), 1, 3);
        assertThat(text.byteAt(2)).isEqualTo((byte) 'd');
        List<Runnable> outside = List.of(
                () -> text.byteAt(3),
                () -> text.byteAt(-1),
                () -> text.wordAt(4),
                () -> text.slice(2, 1),
                () -> text.slice(0, 4),
                () -> text.copyTo(new byte[2], 0),
                () -> Text.wrap(new byte[3], 2, 2),
                () -> Text.wrap(new byte[3], -1, 2));
        for (Runnable refused : outside) {
            assertThatThrownBy(refused::run).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void bytesThatAreNoUtf8StayAndTravelWithoutTheirNeighbours() {
        byte[] data = new byte[100_000];
        data[50] = (byte) 0xFF;
        Text odd = Text.wrap(data, 50, 1);
        assertThat(odd.toString()).isEqualTo("\ufffd");
        assertThat(odd).isNotEqualTo(Text.of("\ufffd"));
        byte[] written = JavaObjects.write(odd);
        assertThat(written).hasSizeLessThan(1000);
        Object read = JavaObjects.read(written, 0, written.length, Text.class.getClassLoader());
        assertThat(read).isEqualTo(odd);
    }
}
