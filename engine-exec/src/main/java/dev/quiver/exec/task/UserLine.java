package dev.quiver.exec.task;

/** Finds the line of the user's code in what user code threw. */
public final class UserLine {
    private static final int MOST_CAUSES = 100;

    private UserLine() {}

    /**
     * The stack frame of user code nearest to the throw, as {@code WordCount.main(WordCount.java:21)}; of a cause when
     * the failure itself passed no user code; {@code "unknown line"} when none did.
     */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            for (StackTraceElement frame : cause.getStackTrace()) {
                if (!isEngineOrPlatform(frame.getClassName())) {
                    return describe(frame);
                }
            }
            cause = cause.getCause();
        }
        return "unknown line";
    }

    /** Whether the engine is nearer to the throw than user code, as when it reads or writes a file of its own. */
    public static boolean isThrownByEngine(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (!isPlatform(frame.getClassName())) {
                return isEngineOrPlatform(frame.getClassName());
            }
        }
        return true;
    }

    private static boolean isEngineOrPlatform(String className) {
        if (className.startsWith("dev.quiver.")) {
            return !className.startsWith("dev.quiver.examples.")
                    && !className.startsWith("dev.quiver.benchmarks.")
                    && !className.contains("Test");
        }
        return isPlatform(className);
    }

    private static boolean isPlatform(String className) {
        return className.startsWith("java.")
                || className.startsWith("javax.")
                || className.startsWith("jdk.")
                || className.startsWith("sun.")
                || className.startsWith("com.sun.");
    }

    private static String describe(StackTraceElement frame) {
        String className = frame.getClassName();
        String simple = className.substring(className.lastIndexOf('.') + 1);
        String place = frame.getFileName() == null
                ? "unknown source"
                : frame.getLineNumber() < 0 ? frame.getFileName() : frame.getFileName() + ":" + frame.getLineNumber();
        return simple + "." + methodName(frame.getMethodName()) + "(" + place + ")";
    }

    /** The method that a lambda stands in: {@code lambda$main$0} is in {@code main}. */
    private static String methodName(String name) {
        if (!name.startsWith("lambda$")) {
            return name;
        }
        int end = name.indexOf('$', "lambda$".length());
        return end < 0 ? name : name.substring("lambda$".length(), end);
    }
}
