package dev.quiver.exec.specialize;

/** Puts the frame of a copied lambda where its own would be in a stack trace. Called by generated code. */
public final class CopiedFrame {
    private static final String ENGINE = "dev.quiver.exec.";

    private CopiedFrame() {}

    /** The same throwable, with the lambda's frame right above the engine's. */
    public static Throwable in(Throwable thrown, String className, String methodName, String source, int line) {
        StackTraceElement[] trace = thrown.getStackTrace();
        int at = 0;
        while (at < trace.length && !trace[at].getClassName().startsWith(ENGINE)) {
            at++;
        }
        StackTraceElement[] whole = new StackTraceElement[trace.length + 1];
        System.arraycopy(trace, 0, whole, 0, at);
        whole[at] = new StackTraceElement(className, methodName, source.isEmpty() ? null : source, line);
        System.arraycopy(trace, at, whole, at + 1, trace.length - at);
        thrown.setStackTrace(whole);
        return thrown;
    }
}
