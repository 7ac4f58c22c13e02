package dev.quiver.runtime.progress;

import dev.quiver.StageWait;
import dev.quiver.StageWait.Reason;
import dev.quiver.lineage.CallSite;
import java.util.List;

/**
 * What the progress line looks like, as a pure function.
 *
 * <pre>
 * [stage 3: reduceByKey at WordCount.java:21  ======>      (45 + 2) / 128]
 *        stage, and its epoch when it is re-run            done + running / all
 * [stage 5 of job 2: 7 tasks wait for an executor: there is none]      when nothing has moved for a while
 * [stage 4: sortByKey at Sort.java:9  ==>   (3 + 2) / 8, 412 MiB spilled]
 * </pre>
 */
final class ProgressLine {
    private static final int SHORTEST_BAR = 5;
    private static final int SHORTEST_NAME = 8;

    private ProgressLine() {}

    /**
     * The stages side by side in one line, oldest first.
     *
     * @param width columns of the terminal; the line never has more, and stages that do not fit are left out
     */
    static String render(List<StageProgress> stages, int width) {
        for (int shown = stages.size(); shown > 0; shown--) {
            StringBuilder line = new StringBuilder(width);
            int each = width / shown;
            for (StageProgress stage : stages.subList(0, shown)) {
                line.append(render(stage, each));
            }
            if (line.length() <= width) {
                return line.toString();
            }
        }
        return "";
    }

    /**
     * Why nothing moves, in one line; empty when there is nothing to say. That slots are busy is no news while tasks run,
     * and neither is that a stage waits for one that runs.
     */
    static String waiting(List<StageWait> waits, List<StageProgress> stages, int width) {
        boolean running = stages.stream().anyMatch(stage -> stage.running() > 0);
        for (StageWait wait : waits) {
            boolean ordinary = wait.reason() == Reason.SLOTS || wait.reason() == Reason.POOL_SHARE;
            if (wait.reason() != Reason.PARENTS && !(ordinary && running)) {
                return "[" + shorten(wait.toString(), Math.max(1, width - 2)) + "]";
            }
        }
        return "";
    }

    private static String render(StageProgress progress, int width) {
        int epoch = progress.stage().epoch();
        String head = "[stage " + progress.stage().stage().value() + (epoch == 0 ? "" : "." + epoch);
        String tail = " (" + progress.succeeded() + " + " + progress.running() + ") / " + progress.tasks()
                + spilled(progress) + "]";
        int room = width - head.length() - tail.length() - SHORTEST_BAR - ":   ".length();
        if (room >= SHORTEST_NAME) {
            head += ": " + shorten(name(progress.callSite()), room) + "  ";
        } else {
            head += " ";
        }
        return head + bar(progress, Math.max(0, width - head.length() - tail.length())) + tail;
    }

    /** Said once it is worth a word: memory is short, and the stage goes through the disk. */
    private static String spilled(StageProgress progress) {
        long mebibytes = progress.spilledBytes() >> 20;
        return mebibytes == 0 ? "" : ", " + mebibytes + " MiB spilled";
    }

    /** What was called and in which line of which file: {@code reduceByKey at WordCount.java:21}. */
    private static String name(CallSite callSite) {
        String location = callSite.location();
        int open = location.indexOf('(');
        String line =
                open >= 0 && location.endsWith(")") ? location.substring(open + 1, location.length() - 1) : location;
        return callSite.operator() + " at " + line;
    }

    private static String shorten(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "~";
    }

    private static String bar(StageProgress progress, int length) {
        int done = progress.tasks() == 0 ? length : (int) ((long) length * progress.succeeded() / progress.tasks());
        boolean moving = done < length;
        return "=".repeat(done) + (moving ? ">" + " ".repeat(length - done - 1) : "");
    }
}
