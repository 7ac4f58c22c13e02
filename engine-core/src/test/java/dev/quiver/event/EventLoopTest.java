package dev.quiver.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final List<Integer> handled = new ArrayList<>();

    @Test
    void handlesEventsInPostingOrder() {
        EventLoop<Integer> loop = new EventLoop<>(handled::add);
        for (int event = 0; event < 3_000; event++) {
            loop.post(event);
        }
        assertThat(loop.depth()).isEqualTo(3_000);
        assertThat(loop.runReady()).isEqualTo(3_000);
        assertThat(handled).isSorted().hasSize(3_000);
    }

    @Test
    void handlesAnEventAtOnceWhenNothingWaits() {
        EventLoop<Integer> loop = new EventLoop<>(handled::add);
        loop.postOrHandle(1);
        assertThat(handled).containsExactly(1);
        assertThat(loop.runReady()).isZero();
    }

    @Test
    void letsNoEventOvertakeThoseThatWait() {
        EventLoop<Integer> loop = new EventLoop<>(handled::add);
        loop.post(1);
        loop.postOrHandle(2);
        assertThat(handled).isEmpty();
        loop.runReady();
        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void postsWhatItsHandlerWantsHandledMeanwhile() {
        List<EventLoop<Integer>> self = new ArrayList<>();
        EventLoop<Integer> loop = new EventLoop<>(event -> {
            if (event < 3) {
                self.get(0).postOrHandle(event + 1);
            }
            handled.add(event);
        });
        self.add(loop);
        loop.postOrHandle(1);
        assertThat(handled).containsExactly(1);
        loop.runReady();
        assertThat(handled).containsExactly(1, 2, 3);
    }

    @Test
    void goesOnAfterAHandlerThrew() {
        EventLoop<Integer> loop = new EventLoop<>(event -> {
            handled.add(event);
            if (event == 1) {
                throw new IllegalStateException("one");
            }
        });
        assertThatThrownBy(() -> loop.postOrHandle(1)).hasMessage("one");
        loop.post(1);
        loop.post(2);
        assertThatThrownBy(loop::runReady).hasMessage("one");
        loop.runReady();
        assertThat(handled).containsExactly(1, 1, 2);
    }

    @Test
    void whoWatchesHandlesWhatOthersPostUntilItStops() {
        EventLoop<Integer> loop = new EventLoop<>(handled::add);
        loop.beginWatch();
        loop.help();
        loop.post(1);
        loop.help();
        assertThat(handled).containsExactly(1);
        loop.endWatch();
    }

    /** Threads that post, handle and watch all at once: every event is handled once, those of one thread in order. */
    @Test
    void losesNothingAndRunsOneHandlerAtATimeUnderManyThreads() throws Exception {
        int threads = 6;
        int each = 20_000;
        int[] last = new int[threads];
        int[] total = {0};
        CountDownLatch all = new CountDownLatch(threads * each);
        // Plain fields on purpose: only the loop's own hand-over makes them visible to the next owner.
        EventLoop<int[]> loop = new EventLoop<>(event -> {
            last[event[0]] += event[1] == last[event[0]] + 1 ? 1 : Integer.MIN_VALUE;
            total[0]++;
            all.countDown();
        });
        Thread driver = new Thread(() -> {
            try {
                while (true) {
                    loop.runNext();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        driver.start();
        List<Thread> senders = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int self = thread;
            senders.add(new Thread(() -> {
                for (int event = 1; event <= each; event++) {
                    int[] posted = {self, event};
                    if (self % 3 == 0) {
                        loop.post(posted);
                    } else {
                        loop.postOrHandle(posted);
                    }
                    if (self % 3 == 2) {
                        loop.beginWatch();
                        loop.help();
                        loop.endWatch();
                    }
                }
            }));
        }
        senders.forEach(Thread::start);
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        driver.interrupt();
        driver.join();
        assertThat(total[0]).isEqualTo(threads * each);
        assertThat(last).containsOnly(each);
    }
}
