package dev.quiver.runtime.executor;

import dev.quiver.task.TaskOutcome;

/**
 * Finds out, while the process is already ending, whether a task ended it by {@code System.exit}, and says so to the
 * driver: the thread that called it stands in {@code Runtime.exit} until the last hook has run.
 */
final class LastWords {
    private LastWords() {}

    /** Runs as a shutdown hook. */
    static void speak(Executor executor) {
        for (RunningTask task : executor.runningTasks()) {
            StackTraceElement[] stack = task.thread().getStackTrace();
            if (callsExit(stack)) {
                executor.reportLast(
                        task,
                        new TaskOutcome.ExecutorGone("the task called System.exit at " + caller(stack)
                                + "; throw an exception instead", true));
            }
        }
    }

    /** Whether this stack stands inside {@code System.exit} or {@code Runtime.exit}. */
    static boolean callsExit(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    /** The first frame that is not the JDK's. */
    static String caller(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")) {
                return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1) + "."
                        + frame.getMethodName() + "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "an unknown line";
    }
}
