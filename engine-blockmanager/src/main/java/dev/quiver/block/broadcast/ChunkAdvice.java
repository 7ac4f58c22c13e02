package dev.quiver.block.broadcast;

import dev.quiver.id.ExecutorId;

/** What an executor that loads a broadcast value is to do next. */
public sealed interface ChunkAdvice {
    /** Fetch this chunk from there. */
    record Fetch(int chunk, ExecutorId from) implements ChunkAdvice {}

    /** Every chunk that is missing is on its way to an executor that will pass it on: ask again soon. */
    record Wait() implements ChunkAdvice {}

    /** Nothing is missing. */
    record Complete() implements ChunkAdvice {}

    /** There is no such value any more. @param why whole sentence, with call sites */
    record Gone(String why) implements ChunkAdvice {}
}
