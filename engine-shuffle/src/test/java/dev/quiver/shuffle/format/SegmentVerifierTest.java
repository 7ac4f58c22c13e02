package dev.quiver.shuffle.format;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.format.SegmentVerifier.Verified;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentVerifierTest {
    private static final SegmentOrigin ORIGIN = new SegmentOrigin("app-of-the-test", SHUFFLE, OPTIONS.executor());

    @TempDir
    Path folder;

    private final SegmentVerifier verifier = new SegmentVerifier(Disk.system());
    private Path path;
    private byte[] whole;
    private int dataBytes;

    @BeforeEach
    void publish() throws IOException {
        path = folder.resolve("data.arrow");
        ArrowBatches arrow = new ArrowBatches();
        try (OpenFiles open = new OpenFiles(Disk.system(), 1)) {
            ColumnBatch batch = rows(new MapVersion(0, 0, 0), 0, 20);
            SegmentFile file =
                    new SegmentFile(path, arrow.schemaMessage(batch), open, ORIGIN, false, "quiver.local.dir");
            for (int chunk = 0; chunk < 3; chunk++) {
                file.append(arrow.batchMessage(rows(new MapVersion(chunk, 0, 0), 0, 20 + chunk)));
            }
            file.seal();
            dataBytes = (int) file.sizeBytes();
        }
        whole = Files.readAllBytes(path);
    }

    private Verified verify(byte[] bytes) throws IOException {
        return verifier.verify(Files.write(path, bytes));
    }

    @Test
    void aPublishedFileSaysWhoWroteItAndHasTheChecksumOfItsData() throws Exception {
        CRC32C crc = new CRC32C();
        crc.update(whole, 0, dataBytes);
        assertThat(verify(whole))
                .isEqualTo(new Verified(new SegmentLabel(1, ORIGIN, dataBytes, (int) crc.getValue()), 3));
    }

    @Test
    void aBitThatFlipsIsFoundOrChangesNothing() throws Exception {
        Verified right = verify(whole);
        int unnoticed = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            try {
                assertThat(verify(damaged)).as("byte %d", at).isEqualTo(right);
                assertThat(at).as("a byte of data").isGreaterThanOrEqualTo(dataBytes + 8);
                unnoticed++;
            } catch (SegmentInvalid found) {
                assertThat(found).hasMessageStartingWith(path + " is no valid shuffle file: ");
            }
        }
        assertThat(unnoticed)
                .as("bytes of padding and of defaults in the footer")
                .isLessThan((whole.length - dataBytes) / 2);
    }

    @Test
    void aFileThatEndsAnywhereIsFound() {
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> verify(cut)).as("%d bytes", length).isInstanceOf(SegmentInvalid.class);
        }
    }

    @Test
    void theErrorsSayWhatIsWrong() {
        assertThatThrownBy(() -> verify(new byte[3])).hasMessageContaining("it has 3 bytes");
        assertThatThrownBy(() -> verify(Arrays.copyOf(whole, dataBytes)))
                .hasMessageContaining("it was cut short, or is not complete yet");
        byte[] flipped = whole.clone();
        flipped[dataBytes - 1] ^= 1;
        assertThatThrownBy(() -> verify(flipped)).hasMessageContaining("its data has checksum");
        byte[] longer = new byte[whole.length + 8];
        System.arraycopy(whole, 0, longer, 0, dataBytes);
        System.arraycopy(whole, dataBytes, longer, dataBytes + 8, whole.length - dataBytes);
        assertThatThrownBy(() -> verify(longer))
                .hasMessageContaining("bytes of data where " + dataBytes + " were written");
        assertThatThrownBy(() -> verifier.verify(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void labelsOfOtherVersionsAndOtherWritersAreRefused() {
        Map<String, String> metadata = new LinkedHashMap<>(new SegmentLabel(1, ORIGIN, 40, -2).toMetadata());
        assertThat(SegmentLabel.of(metadata)).isEqualTo(new SegmentLabel(1, ORIGIN, 40, -2));
        assertThat(SegmentLabel.of(new SegmentLabel(1, null, 40, 7).toMetadata())
                        .origin())
                .isNull();
        assertThatThrownBy(() -> SegmentLabel.of(Map.of())).hasMessageContaining("no 'quiver.format'");
        metadata.put("quiver.shuffle", "8");
        assertThatThrownBy(() -> SegmentLabel.of(metadata)).hasMessageContaining("fails its checksum");
        metadata.put("quiver.length", "many");
        assertThatThrownBy(() -> SegmentLabel.of(metadata)).hasMessageContaining("'many' as 'quiver.length'");
        metadata.put("quiver.format", "2");
        assertThatThrownBy(() -> SegmentLabel.of(metadata))
                .hasMessage("it has layout version 2; this version of Quiver reads 1");
    }
}
