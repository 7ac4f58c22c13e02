package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Builds the container image of this distribution. What does it is no part of the engine, and on the class path only then. */
final class ImageCommand {
    private static final String BASE = "--base";
    private static final String TO = "--to";
    private static final String TAR = "--tar";
    private static final String JARS = "--jars";
    private static final String INSECURE = "--insecure";
    private static final String USUAL_BASE = "eclipse-temurin:17-jre";
    private static final String MAIN_CLASS = "dev.quiver.image.ImageMain";
    private static final String HOME = "quiver.home";

    private final ClassLoader classPath;

    ImageCommand(ClassLoader classPath) {
        this.classPath = classPath;
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(SessionOptions.text(TO, "NAME")
                .description("Name of the image, as registry.example/quiver:1. Pushed there, unless --tar is given.")
                .build());
        spec.addOption(SessionOptions.file(TAR, "FILE")
                .description("Write the image to a file, as 'docker save' would, and push nothing.")
                .build());
        spec.addOption(SessionOptions.text(BASE, "IMAGE")
                .description(
                        "Image with a Java runtime, 17 or later: a name, or tar:FILE with what 'docker save' wrote."
                                + " " + USUAL_BASE + " by default.")
                .build());
        spec.addOption(OptionSpec.builder(JARS)
                .type(List.class)
                .auxiliaryTypes(File.class)
                .arity("1")
                .splitRegex(",")
                .paramLabel("JAR")
                .description("Jars of applications to put into the image, as local:///opt/applications/JAR.")
                .build());
        spec.addOption(OptionSpec.builder(INSECURE)
                .description("Let registries speak plain HTTP or prove nothing.")
                .build());
    }

    void run(ParseResult line) throws Throwable {
        String name = line.matchedOptionValue(TO, null);
        if (name == null || name.isBlank()) {
            throw new UsageException("--to names the image: quiver image --to registry.example/quiver:1");
        }
        String base = line.matchedOptionValue(BASE, USUAL_BASE);
        if (base.startsWith("tar:") && !Files.isReadable(Path.of(base.substring(4)))) {
            throw new UsageException("--base: cannot read '" + base.substring(4) + "'");
        }
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new UsageException("images are built with bin/quiver of a distribution");
        }
        List<String> arguments = new ArrayList<>(List.of("--home", home, BASE, base, TO, name));
        File tar = line.matchedOptionValue(TAR, null);
        if (tar != null) {
            arguments.addAll(List.of(TAR, tar.getPath()));
        }
        for (File jar : line.matchedOptionValue(JARS, List.<File>of())) {
            arguments.addAll(List.of(
                    "--jar", ApplicationJar.open(jar.toPath(), JARS).file().toString()));
        }
        if (line.hasMatchedOption(INSECURE)) {
            arguments.add(INSECURE);
        }
        UserMain.load(MAIN_CLASS, classPath, missing -> "; the folder 'image' of the distribution is missing")
                .run(arguments);
    }
}
