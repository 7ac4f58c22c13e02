package dev.quiver.shuffle.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.shuffle.WrappedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpenFilesTest {
    @TempDir
    Path folder;

    private final HangingDisk disk = new HangingDisk();
    private final OpenFiles files = new OpenFiles(disk, 8);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path slow;
    private Path quick;

    /** A disk that takes its time to open some files. */
    private static final class HangingDisk extends WrappedDisk {
        private final Map<Path, CountDownLatch> hanging = new ConcurrentHashMap<>();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public FileChannel read(Path file) throws IOException {
            asked.incrementAndGet();
            CountDownLatch latch = hanging.get(file);
            if (latch != null) {
                try {
                    latch.await();
                } catch (InterruptedException stopped) {
                    throw new ClosedByInterruptException();
                }
            }
            FileChannel channel = super.read(file);
            opened.incrementAndGet();
            return channel;
        }
    }

    @BeforeEach
    void write() throws IOException {
        slow = Files.writeString(folder.resolve("slow"), "abcdefgh");
        quick = Files.writeString(folder.resolve("quick"), "ABCDEFGH");
    }

    @AfterEach
    void stop() {
        disk.hanging.values().forEach(CountDownLatch::countDown);
        threads.shutdownNow();
        files.close();
        assertThat(files.open()).isZero();
    }

    private String read(Path file) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(4);
        files.read(file, 2, into);
        return new String(into.array());
    }

    private CountDownLatch hang(Path file) {
        CountDownLatch latch = new CountDownLatch(1);
        disk.hanging.put(file, latch);
        return latch;
    }

    private void awaitAsked(int count) {
        while (disk.asked.get() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aFileThatHangsWhileItIsOpenedHoldsUpNobodyElse() throws Exception {
        CountDownLatch latch = hang(slow);
        Future<String> waiting = threads.submit(() -> read(slow));
        awaitAsked(1);
        assertThat(threads.submit(() -> read(quick)).get(20, TimeUnit.SECONDS)).isEqualTo("CDEF");
        files.closeUnder(quick);
        assertThat(waiting.isDone()).isFalse();
        latch.countDown();
        assertThat(waiting.get()).isEqualTo("cdef");
    }

    @Test
    void thoseWhoWantTheSameFileWaitForOneHandle() throws Exception {
        CountDownLatch latch = hang(slow);
        List<Future<String>> waiting = new ArrayList<>();
        for (int reader = 0; reader < 5; reader++) {
            waiting.add(threads.submit(() -> read(slow)));
        }
        awaitAsked(1);
        latch.countDown();
        for (Future<String> each : waiting) {
            assertThat(each.get()).isEqualTo("cdef");
        }
        assertThat(disk.opened).hasValue(1);
        assertThat(files.open()).isEqualTo(1);
    }

    @Test
    void eachOfThoseWhoWaitedForAFileThatIsGoneIsToldSo() throws Exception {
        CountDownLatch latch = hang(slow);
        List<Future<String>> waiting = new ArrayList<>();
        for (int reader = 0; reader < 4; reader++) {
            waiting.add(threads.submit(() -> read(slow)));
        }
        awaitAsked(1);
        Files.delete(slow);
        latch.countDown();
        for (Future<String> each : waiting) {
            assertThatThrownBy(each::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NoSuchFileException.class);
        }
        assertThat(files.open()).isZero();
        Files.writeString(slow, "again, again");
        assertThat(read(slow)).isEqualTo("ain,");
    }

    @Test
    void whoIsStoppedWhileAnotherOpensTheFileDoesNotDisturbIt() throws Exception {
        CountDownLatch latch = hang(slow);
        Future<String> opener = threads.submit(() -> read(slow));
        awaitAsked(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> read(slow)).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        latch.countDown();
        assertThat(opener.get()).isEqualTo("cdef");
        assertThat(read(slow)).isEqualTo("cdef");
        assertThat(disk.opened).hasValue(1);
    }

    /** A disk that opens a few files at a time. */
    private static final class FewHandles extends WrappedDisk {
        private final List<FileChannel> channels = new ArrayList<>();

        @Override
        public FileChannel read(Path file) throws IOException {
            channels.removeIf(channel -> !channel.isOpen());
            if (channels.size() == 3) {
                throw new FileSystemException(file.toString(), null, "Too many open files");
            }
            FileChannel channel = super.read(file);
            channels.add(channel);
            return channel;
        }
    }

    @Test
    void handlesThatNobodyUsesAreClosedWhenTheProcessMayOpenNoMoreFiles() throws Exception {
        try (OpenFiles few = new OpenFiles(new FewHandles(), 100)) {
            List<Path> paths = new ArrayList<>();
            for (int number = 0; number < 10; number++) {
                paths.add(Files.writeString(folder.resolve("file-" + number), "0123"));
                few.read(paths.get(number), 0, ByteBuffer.allocate(4));
                assertThat(few.open()).isBetween(1, 3);
            }
            few.closeUnder(folder);
            few.read(
                    paths.get(0),
                    one -> few.read(
                            paths.get(1),
                            two -> few.read(paths.get(2), three -> {
                                assertThatThrownBy(() -> few.read(paths.get(3), 0, ByteBuffer.allocate(4)))
                                        .as("all are in use")
                                        .hasMessageContaining("Too many open files");
                            })));
            few.read(paths.get(3), 0, ByteBuffer.allocate(4));
        }
    }

    @Test
    void aFileThatIsClosedWhileItIsOpenedIsReadOnceAndThenClosed() throws Exception {
        CountDownLatch latch = hang(slow);
        Future<String> opener = threads.submit(() -> read(slow));
        awaitAsked(1);
        files.closeUnder(folder);
        assertThat(files.open()).isZero();
        latch.countDown();
        assertThat(opener.get()).isEqualTo("cdef");
        assertThat(files.open()).isZero();
    }
}
