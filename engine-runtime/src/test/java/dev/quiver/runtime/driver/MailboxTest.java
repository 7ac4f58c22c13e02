package dev.quiver.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 1_000_000_000})
    void handsOverEverythingInOrderHoweverLongItsReaderStaysAwake(long awakeNanos) throws Exception {
        Mailbox<Integer> mailbox = new Mailbox<>(awakeNanos);
        int items = 50_000;
        Thread writer = new Thread(() -> {
            for (int item = 0; item < items; item++) {
                mailbox.put(item);
            }
        });
        writer.start();
        for (int item = 0; item < items; item++) {
            assertThat(mailbox.take()).isEqualTo(item);
        }
        writer.join();
    }

    @Test
    void anInterruptEndsTheWait() {
        Mailbox<Integer> mailbox = new Mailbox<>(0);
        Thread.currentThread().interrupt();
        assertThatThrownBy(mailbox::take).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
