package dev.quiver.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a distribution onto a base image. What changes seldom comes first, so that a new version of the engine, or of an
 * application, is a small layer.
 */
final class ImageBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(ImageBuilder.class);
    private static final String TAR_BASE = "tar:";
    private static final String HOME = "/opt/quiver";
    private static final String APPLICATIONS = "/opt/applications";
    private static final String ENGINE_JAR = "engine-";

    /** The user that pods name too; nobody on any common system. */
    private static final String USER = "10185";

    private final ImageOrder order;

    ImageBuilder(ImageOrder order) {
        this.order = order;
    }

    JibContainer build() throws ImageFailure, InterruptedException {
        // A cache would tell layers apart by the dates of their files, and those of a distribution are all the same.
        try (LayerFolder layers = new LayerFolder()) {
            return start().containerize(target().setApplicationLayersCache(layers.path()));
        } catch (InvalidImageReferenceException malformed) {
            throw new ImageFailure(
                    "'" + malformed.getInvalidReference() + "' is not the name of an image; write it as"
                            + " registry.example/name:tag",
                    malformed);
        } catch (ExecutionException failed) {
            throw explained(failed.getCause());
        } catch (Exception failed) {
            if (failed instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw explained(failed);
        }
    }

    private JibContainerBuilder start() throws InvalidImageReferenceException, IOException {
        JibContainerBuilder image = order.base().startsWith(TAR_BASE)
                ? Jib.from(TarImage.at(Path.of(order.base().substring(TAR_BASE.length()))))
                : Jib.from(withLogin(order.base()));
        image.addFileEntriesLayer(layer("libraries", jars(false)))
                .addFileEntriesLayer(layer("engine", jars(true)))
                .addFileEntriesLayer(folders("settings", List.of("bin", "conf", "examples", "benchmarks", "LICENSE")))
                .setUser(USER)
                .setWorkingDirectory(AbsoluteUnixPath.get(HOME))
                .setEntrypoint(HOME + "/bin/quiver");
        if (!order.jars().isEmpty()) {
            FileEntriesLayer.Builder applications = FileEntriesLayer.builder().setName("applications");
            order.jars()
                    .forEach(jar ->
                            applications.addEntry(jar, AbsoluteUnixPath.get(APPLICATIONS + "/" + jar.getFileName())));
            image.addFileEntriesLayer(applications.build());
        }
        return image;
    }

    private List<Path> jars(boolean engine) throws IOException {
        try (Stream<Path> jars = Files.list(order.home().resolve("jars"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(ENGINE_JAR) == engine)
                    .sorted()
                    .toList();
        }
    }

    private FileEntriesLayer layer(String name, List<Path> jars) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        jars.forEach(jar -> layer.addEntry(jar, AbsoluteUnixPath.get(HOME + "/jars/" + jar.getFileName())));
        return layer.build();
    }

    private FileEntriesLayer folders(String name, List<String> entries) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (String entry : entries) {
            Path source = order.home().resolve(entry);
            if (Files.exists(source)) {
                layer.addEntryRecursive(
                        source,
                        AbsoluteUnixPath.get(HOME + "/" + entry),
                        (file, inside) -> FilePermissions.fromOctalString(
                                entry.equals("bin") || Files.isDirectory(file) ? "755" : "644"));
            }
        }
        return layer.build();
    }

    private Containerizer target() throws InvalidImageReferenceException {
        Containerizer target = order.tar() == null
                ? Containerizer.to(withLogin(order.name()))
                : Containerizer.to(TarImage.at(order.tar()).named(order.name()));
        return target.setToolName("quiver")
                .setAllowInsecureRegistries(order.insecure())
                .addEventHandler(LogEvent.class, event -> LOG.info("{}", event.getMessage()));
    }

    /** With the login that {@code docker login} left. */
    private static RegistryImage withLogin(String name) throws InvalidImageReferenceException {
        ImageReference reference = ImageReference.parse(name);
        CredentialRetrieverFactory logins =
                CredentialRetrieverFactory.forImage(reference, event -> LOG.debug("{}", event.getMessage()));
        return RegistryImage.named(reference).addCredentialRetriever(logins.dockerConfig());
    }

    private ImageFailure explained(Throwable failure) {
        if (failure instanceof RegistryUnauthorizedException refused) {
            return new ImageFailure(
                    "the registry does not let you at '" + refused.getImageReference()
                            + "'; log in with 'docker login', which leaves the login in ~/.docker/config.json",
                    failure);
        }
        return new ImageFailure(
                "the image could not be built: " + failure.getMessage() + "; check --base '" + order.base() + "' and "
                        + (order.tar() == null ? "--to '" + order.name() + "'" : "--tar '" + order.tar() + "'"),
                failure);
    }
}
