package dev.quiver.lineage;

import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.Stream;

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
        return new CallSite(operator, WALKER.walk(CallSite::location));
    }

    /** Every operator and every action of a program comes here: no pipeline is set up for a handful of frames. */
    private static String location(Stream<StackWalker.StackFrame> frames) {
        for (Iterator<StackWalker.StackFrame> callers = frames.iterator(); callers.hasNext(); ) {
            StackWalker.StackFrame caller = callers.next();
            String className = caller.getClassName();
            if (!isEngine(className)) {
                return simpleName(className) + "." + caller.getMethodName() + "(" + caller.getFileName() + ":"
                        + caller.getLineNumber() + ")";
            }
        }
        return "unknown line";
    }

    /** Whether a class is none of the user's: one of the engine's own, or of the JDK. */
    public static boolean isEngine(String className) {
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
