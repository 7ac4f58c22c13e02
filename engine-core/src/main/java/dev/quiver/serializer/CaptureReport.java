package dev.quiver.serializer;

/** Says in one sentence why a function cannot travel. */
final class CaptureReport {
    private CaptureReport() {}

    static String of(Object function, Throwable failure) {
        return "the function cannot travel to executors: " + failure;
    }
}
