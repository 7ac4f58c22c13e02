package dev.quiver.shuffle.reader;

import java.io.IOException;

/**
 * What a network or timer thread tells a reading task. Each event names the fetch it is about, so that news of one that
 * was given up is recognised.
 */
sealed interface ReaderEvent {
    RemoteHolder holder();

    /** Counts the fetches from this holder. */
    int fetch();

    record Arrived(RemoteHolder holder, int fetch, ChunkFetcher.Piece piece) implements ReaderEvent {}

    /** The answer came ahead of the task, all of it; null when it does not come after all. */
    record CameAhead(RemoteHolder holder, int fetch, byte[] stream) implements ReaderEvent {}

    record Ended(RemoteHolder holder, int fetch) implements ReaderEvent {}

    record Broken(RemoteHolder holder, int fetch, IOException cause) implements ReaderEvent {}

    record RetryDue(RemoteHolder holder, int fetch) implements ReaderEvent {}

    /** Time to see whether anything arrived since {@code receivedBytes} were there. */
    record SilenceDue(RemoteHolder holder, int fetch, long receivedBytes) implements ReaderEvent {}
}
