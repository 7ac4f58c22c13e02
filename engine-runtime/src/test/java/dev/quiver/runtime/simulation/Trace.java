package dev.quiver.runtime.simulation;

import java.util.ArrayList;
import java.util.List;

/** What happened: a number that tells one course of events from another, and the words of it when they are wanted. */
final class Trace {
    private final List<String> lines;
    private long hash;
    private long count;

    /** @param keeping whether the words are kept */
    Trace(boolean keeping) {
        lines = keeping ? new ArrayList<>() : null;
    }

    /** @param subjects what it is about; their hash codes must be the same in every run */
    void note(long nowNanos, String what, Object... subjects) {
        long line = what.hashCode();
        for (Object subject : subjects) {
            line = line * 31 + subject.hashCode();
        }
        hash = Chance.mix(hash ^ nowNanos ^ line << 20);
        count++;
        if (lines != null) {
            StringBuilder text = new StringBuilder();
            text.append(nowNanos / 1000).append(" us  ").append(what);
            for (Object subject : subjects) {
                text.append(' ').append(subject);
            }
            lines.add(text.toString());
        }
    }

    long hash() {
        return hash;
    }

    long count() {
        return count;
    }

    /** The last lines, if they were kept. */
    List<String> last(int most) {
        return lines == null ? List.of() : lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
}
