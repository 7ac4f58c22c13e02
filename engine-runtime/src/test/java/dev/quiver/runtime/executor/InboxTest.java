package dev.quiver.runtime.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
    @Test
    void handsOnWhatCameBeforeTheExecutorWasReadyInItsOrder() {
        List<ToExecutor> messages = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            messages.add(new ToExecutor.ForgetProgram(new ProgramId(number)));
        }
        List<ToExecutor> received = new ArrayList<>();
        Inbox inbox = new Inbox();
        messages.subList(0, 3).forEach(inbox::accept);
        assertThat(received).isEmpty();
        inbox.open(received::add);
        inbox.accept(messages.get(3));
        assertThat(received).isEqualTo(messages);
    }
}
