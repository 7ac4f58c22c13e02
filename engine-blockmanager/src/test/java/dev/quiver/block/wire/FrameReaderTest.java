package dev.quiver.block.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.BlockFrames.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    @Test
    void readsBackPiecesOfALargeBlob() throws Exception {
        byte[] blob = new byte[2 * BlockFrames.PIECE + 17];
        new Random(1).nextBytes(blob);
        FrameReader reader = new FrameReader(new ByteArrayInputStream(answer(blob)), blob.length + 4);
        assertThat(reader.start()).isEqualTo(Answer.BLOB);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            read.write(frame.payload());
        }
        assertThat(read.toByteArray()).isEqualTo(blob);
    }

    @Test
    void refusesMoreThanTheLimitBeforeTakingMemoryForIt() throws Exception {
        byte[] answer = answer(new byte[100]);
        ByteBuffer.wrap(answer).putInt(BlockFrames.START_BYTES + 1, Integer.MAX_VALUE);
        FrameReader reader = new FrameReader(new ByteArrayInputStream(answer), 1 << 20);
        reader.start();
        assertThatThrownBy(reader::next).isInstanceOf(BlockTooLarge.class).hasMessageContaining("maxSize");
        FrameReader generous = new FrameReader(new ByteArrayInputStream(answer), Long.MAX_VALUE);
        generous.start();
        assertThatThrownBy(generous::next).isInstanceOf(java.io.EOFException.class);
    }

    @Test
    void noticesAnyByteThatChangedAndAnyCut() throws Exception {
        byte[] blob = new byte[200];
        new Random(2).nextBytes(blob);
        byte[] whole = answer(blob);
        for (int position = 0; position < whole.length; position++) {
            byte[] changed = whole.clone();
            changed[position] ^= 0x10;
            assertThatThrownBy(() -> readAll(changed)).isInstanceOf(IOException.class);
            byte[] cut = java.util.Arrays.copyOf(whole, position);
            assertThatThrownBy(() -> readAll(cut)).isInstanceOf(IOException.class);
        }
    }

    private static void readAll(byte[] answer) throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(answer), 1 << 20);
        if (reader.start() != Answer.BLOB) {
            throw new MalformedBlock("another answer");
        }
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            if (frame.kind() != BlockFrames.Kind.BYTES) {
                throw new MalformedBlock("another frame");
            }
        }
    }

    private static byte[] answer(byte[] blob) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter writer = new FrameWriter(new FrameSink() {
            @Override
            public void send(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                out.writeBytes(copy);
            }

            @Override
            public void send(FileChannel file, long offset, long length) {
                throw new AssertionError("no files here");
            }
        });
        writer.start(Answer.BLOB);
        writer.bytes(ByteBuffer.wrap(blob));
        writer.end();
        return out.toByteArray();
    }
}
