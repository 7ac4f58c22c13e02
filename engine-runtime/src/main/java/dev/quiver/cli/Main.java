package dev.quiver.cli;

/** The process behind {@code bin/quiver}. */
public final class Main {
    private Main() {}

    /**
     * Runs one command. After a failure the process ends with its exit code. After a success it ends like that of any
     * Java program: once the application has no thread left that is not a daemon.
     */
    public static void main(String[] args) {
        int code = new Quiver(System.out, System.err, Masters.installed(), Main.class.getClassLoader()).run(args);
        if (code != 0 && !isShuttingDown()) {
            System.exit(code);
        }
    }

    /** Whether Ctrl-C or an exit of the application is already ending this process, whose code it then sets. */
    static boolean isShuttingDown() {
        Thread probe = new Thread(() -> {}, "shutdown-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException shuttingDown) {
            return true;
        }
    }
}
