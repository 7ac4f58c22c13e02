package dev.quiver.block.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private final NativeMemory memory = new NativeMemory();

    @Test
    void bytesAreReadBackUntilTheyAreFreed() {
        byte[] text = "some bytes, and more".getBytes(StandardCharsets.US_ASCII);
        NativeBytes bytes = memory.copyOf(text, 10);
        assertThat(bytes.length()).isEqualTo(10);
        assertThat(StandardCharsets.US_ASCII.decode(bytes.view()).toString()).isEqualTo("some bytes");
        assertThat(StandardCharsets.US_ASCII.decode(bytes.view()).toString()).isEqualTo("some bytes");
        assertThat(memory.bytesInUse()).isEqualTo(10);
        bytes.close();
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void freedBytesAreNeitherReadNorFreedAgain() {
        NativeBytes bytes = memory.copyOf(new byte[8], 8);
        bytes.close();
        assertThatThrownBy(bytes::view).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(bytes::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a second time");
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void viewsCannotBeWritten() {
        try (NativeBytes bytes = memory.copyOf(new byte[8], 8)) {
            ByteBuffer view = bytes.view();
            assertThat(view.isReadOnly()).isTrue();
            assertThat(view.isDirect()).isTrue();
        }
    }

    @Test
    void memoryIsFreedAtOnceAndNotByACollection() {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        byte[] mebibyte = new byte[1 << 20];
        long before = direct.getMemoryUsed();
        // More together than this JVM may have at once.
        for (long total = 0; total <= NativeMemory.limitBytes(); total += 64L << 20) {
            List<NativeBytes> held = new ArrayList<>();
            for (int piece = 0; piece < 64; piece++) {
                held.add(memory.copyOf(mebibyte, mebibyte.length));
            }
            assertThat(memory.bytesInUse()).isEqualTo(64L << 20);
            held.forEach(NativeBytes::close);
        }
        assertThat(memory.bytesInUse()).isZero();
        assertThat(direct.getMemoryUsed() - before).isLessThan(64L << 20);
    }

    @Test
    void whatTheJvmDoesNotGiveIsRefusedAndNotAskedForAgainUntilLessIsInUse() {
        AtomicInteger asked = new AtomicInteger();
        AtomicLong left = new AtomicLong(100);
        NativeMemory small = new NativeMemory(bytes -> {
            asked.incrementAndGet();
            if (left.addAndGet(-bytes) < 0) {
                left.addAndGet(bytes);
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
            return ByteBuffer.allocateDirect(bytes);
        });
        NativeBytes first = small.copyOf(new byte[60], 60);
        assertThat(small.copyOf(new byte[60], 60)).isNull();
        assertThat(small.bytesInUse()).isEqualTo(60);
        assertThat(asked).hasValue(2);
        assertThat(small.copyOf(new byte[60], 60)).isNull();
        assertThat(asked).as("a try costs a collection").hasValue(2);
        NativeBytes second = small.copyOf(new byte[40], 40);
        first.close();
        left.addAndGet(60);
        NativeBytes third = small.copyOf(new byte[60], 60);
        assertThat(small.bytesInUse()).isEqualTo(100);
        second.close();
        third.close();
        assertThat(small.bytesInUse()).isZero();
    }

    @Test
    void aPoolWithoutASizeIsRefusedWithWhatToSet() {
        Config config = Config.empty().with("quiver.memory.offHeap.enabled", "true");
        assertThatThrownBy(() -> OffHeap.bytes(config))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.memory.offHeap.enabled is true, and quiver.memory.offHeap.size is 0")
                .hasMessageContaining("such as 2g");
        assertThat(OffHeap.bytes(config.with("quiver.memory.offHeap.size", "64m")))
                .isEqualTo(64L << 20);
        assertThat(OffHeap.bytes(Config.empty().with("quiver.memory.offHeap.size", "64m")))
                .as("switched off")
                .isZero();
    }

    @Test
    void aPoolLargerThanThisJvmMayHaveIsRefusedWithTheFlagThatMendsIt() {
        Config config =
                Config.empty().with("quiver.memory.offHeap.enabled", "true").with("quiver.memory.offHeap.size", "2g");
        assertThatThrownBy(() -> OffHeap.requireRoom(config, () -> Bytes.gibi(1).value()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.memory.offHeap.size is 2.0 GiB")
                .hasMessageContaining("only 1.0 GiB")
                .hasMessageContaining("-XX:MaxDirectMemorySize=3072m");
        OffHeap.requireRoom(config, () -> Bytes.gibi(2).value());
        OffHeap.requireRoom(Config.empty(), () -> {
            throw new AssertionError("asked for nothing");
        });
    }
}
