package dev.quiver.block.folder;

import dev.quiver.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which folders of a process are in use, and until when the others rest. Safe for many threads. */
final class FolderStates {
    private static final Logger LOG = LoggerFactory.getLogger(FolderStates.class);
    private static final long IN_USE = Long.MAX_VALUE;

    private final List<Path> roots;
    private final long restNanos;
    private final Clock clock;

    /** When the rest of each began; {@link #IN_USE} for those that do not rest. */
    private final long[] restingSince;

    FolderStates(List<Path> roots, Duration rest, Clock clock) {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("a process needs a folder for its working files");
        }
        this.roots = roots;
        this.restNanos = rest.toNanos();
        this.clock = clock;
        this.restingSince = new long[roots.size()];
        Arrays.fill(restingSince, IN_USE);
    }

    /** Numbers of all folders in the order in which a file of this place tries them: those in use, then the others. */
    synchronized int[] order(int place) {
        int[] order = new int[roots.size()];
        if (order.length == 1) {
            return order;
        }
        endRests();
        int used = inUse();
        int first = used == 0 ? 0 : Integer.remainderUnsigned(place, used);
        int next = 0;
        int last = used;
        for (int folder = 0; folder < order.length; folder++) {
            if (restingSince[folder] == IN_USE) {
                order[(next++ - first + used) % used] = folder;
            } else {
                order[last++] = folder;
            }
        }
        return order;
    }

    /** The folder could not be written to or read from: it rests from now on. Said once, not for every file. */
    synchronized void failed(int folder, IOException cause) {
        if (roots.size() == 1) {
            return;
        }
        endRests();
        boolean news = restingSince[folder] == IN_USE;
        restingSince[folder] = clock.nanoTime();
        if (news) {
            LOG.warn(
                    "Folder {} gets no new files for {} s, since its disk failed: {}. {} of {} folders are in use. Free"
                            + " space there, or leave it out of quiver.local.dir.",
                    roots.get(folder),
                    TimeUnit.NANOSECONDS.toSeconds(restNanos),
                    cause,
                    inUse(),
                    roots.size());
        }
    }

    private void endRests() {
        long now = clock.nanoTime();
        for (int folder = 0; folder < restingSince.length; folder++) {
            if (restingSince[folder] != IN_USE && now - restingSince[folder] >= restNanos) {
                restingSince[folder] = IN_USE;
                LOG.info("Folder {} is in use again", roots.get(folder));
            }
        }
    }

    private int inUse() {
        return (int)
                Arrays.stream(restingSince).filter(since -> since == IN_USE).count();
    }
}
