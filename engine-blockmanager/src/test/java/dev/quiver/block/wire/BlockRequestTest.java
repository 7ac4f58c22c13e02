package dev.quiver.block.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockRequestTest {
    private static final List<BlockId> BLOCKS = List.of(
            new BlockId.CachedPartition(new DatasetId(7), 4_000_000),
            new BlockId.BroadcastChunk(new BroadcastId(1L << 40), 9),
            new BlockId.TaskResult(new TaskAttempt(new StageAttempt(new StageId(1), 2), 3, 4)),
            new BlockId.CollectionSlice(new DatasetId(0), 0));

    @Test
    void readsBackEveryKindOfBlock() throws Exception {
        for (BlockId block : BLOCKS) {
            for (String host : List.of("", "host", "é".repeat(256))) {
                BlockRequest request = new BlockRequest(block, host);
                assertThat(BlockRequest.decode(request.encode())).isEqualTo(request);
            }
        }
    }

    @Test
    void refusesRequestsThatAreCutOrTooLong() {
        for (BlockId block : BLOCKS) {
            ByteBuffer whole = new BlockRequest(block, "a host").encode();
            for (int length = 0; length < whole.limit(); length++) {
                ByteBuffer cut = whole.slice(0, length);
                assertThatThrownBy(() -> BlockRequest.decode(cut)).isInstanceOf(MalformedBlock.class);
            }
            ByteBuffer longer = ByteBuffer.allocate(whole.limit() + 1)
                    .put(whole.duplicate())
                    .rewind();
            assertThatThrownBy(() -> BlockRequest.decode(longer)).isInstanceOf(MalformedBlock.class);
        }
    }

    @Test
    void meetsAnyBytesWithABlockOrARefusal() {
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            if (bytes.length > 2 && random.nextInt(10) > 0) {
                bytes[0] = 2;
                bytes[1] = 0;
            }
            if (bytes.length > 4 && random.nextInt(10) > 0) {
                bytes[2] = (byte) random.nextInt(2);
                bytes[3 + bytes[2]] = (byte) random.nextInt(6);
            }
            try {
                BlockId block = BlockRequest.decode(ByteBuffer.wrap(bytes)).block();
                assertThat(block.name()).as("seed %d", seed).matches("[a-z]+_[0-9_]+");
            } catch (MalformedBlock expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed, other);
            }
        }
    }
}
