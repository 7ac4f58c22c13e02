package dev.quiver.runtime.driver;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Asks the driver's loop what only it knows, from any thread. */
record LoopQuestions(ControlLoop loop) {
    private static final long SECONDS = 2;

    /**
     * Waits for an answer, but not for ever.
     *
     * @param question  makes the event that brings the answer
     * @param otherwise what is answered when the loop is closed, or far too busy
     */
    <A> A ask(Function<Consumer<A>, DriverEvent> question, A otherwise) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        loop.post(question.apply(answer::complete));
        return answer.completeOnTimeout(otherwise, SECONDS, TimeUnit.SECONDS).join();
    }
}
