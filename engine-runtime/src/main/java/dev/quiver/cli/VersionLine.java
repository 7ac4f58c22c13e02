package dev.quiver.cli;

/** What {@code --version} prints. */
final class VersionLine {
    private VersionLine() {}

    static String ofThisProcess() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "quiver %s (Java %s, %s; %s %s)"
                .formatted(
                        version == null ? "built from sources" : version,
                        Runtime.version().toString(),
                        System.getProperty("java.vendor"),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"));
    }
}
