package dev.quiver.lineage;

import java.io.Serializable;

/**
 * The user's line that defined a dataset or started a job.
 *
 * @param operator what was called, for example {@code reduceByKey}
 * @param location class, method, file and line, for example {@code WordCount.main(WordCount.java:21)}
 */
public record CallSite(String operator, String location) implements Serializable {
    private static final StackWalker WALKER = StackWalker.getInstance();

    /** The nearest caller outside the engine's own API classes. */
    public static CallSite of(String operator) {
        return new CallSite(
                operator,
                WALKER.walk(frames -> frames.filter(frame -> !isEngine(frame.getClassName()))
                        .findFirst()
                        .map(frame -> frame.toStackTraceElement())
                        .map(element -> simpleName(element.getClassName()) + "." + element.getMethodName() + "("
                                + element.getFileName() + ":" + element.getLineNumber() + ")")
                        .orElse("unknown line")));
    }

    private static boolean isEngine(String className) {
        return className.startsWith("dev.quiver.")
                        && !className.startsWith("dev.quiver.examples.")
                        && !className.startsWith("dev.quiver.benchmarks.")
                        && !className.contains("Test")
                || className.startsWith("java.");
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    @Override
    public String toString() {
        return operator + " at " + location;
    }
}
