package dev.quiver.runtime.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.config.Config;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationClassLoaderTest {
    private static final ClassLoader ENGINE = ApplicationClassLoader.class.getClassLoader();

    @TempDir
    Path folder;

    @Test
    void takesALibraryFromTheApplicationEvenIfTheEngineHasAnotherVersion() throws Exception {
        Path own = library("own");
        Path engines = library("engine");
        try (URLClassLoader parent =
                        new URLClassLoader(new URL[] {engines.toUri().toURL()}, ENGINE);
                ApplicationClassLoader loader = new ApplicationClassLoader(List.of(own), parent)) {
            assertThat(versionIn(loader)).isEqualTo("own");
            assertThat(versionIn(parent)).isEqualTo("engine");
            try (InputStream resource = loader.getResourceAsStream("version.txt")) {
                assertThat(new String(resource.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("own");
            }
            assertThat(Collections.list(loader.getResources("version.txt"))).hasSize(2);
        }
    }

    @Test
    void takesEngineLoggingAndPlatformFromTheParentEvenIfTheApplicationBundlesThem() throws Exception {
        Path jar = new TestJar()
                .type("dev.quiver.Pair", "public class Pair {}")
                .type("org.slf4j.Logger", "public interface Logger {}")
                .write(folder.resolve("app.jar"));
        try (ApplicationClassLoader loader = new ApplicationClassLoader(List.of(jar), ENGINE)) {
            assertThat(loader.loadClass("dev.quiver.Pair")).isSameAs(Pair.class);
            assertThat(loader.loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
            assertThat(loader.loadClass("java.util.List")).isSameAs(List.class);
        }
    }

    @Test
    void takesExamplesAndWhatOnlyTheApplicationHasFromItsJars() throws Exception {
        Path jar = new TestJar()
                .type("dev.quiver.examples.Own", "public class Own {}")
                .type("dev.quiver.extension.Own", "public class Own {}")
                .type("javax.own.Own", "public class Own {}")
                .write(folder.resolve("app.jar"));
        try (ApplicationClassLoader loader = new ApplicationClassLoader(List.of(jar), ENGINE)) {
            for (String name : List.of("dev.quiver.examples.Own", "dev.quiver.extension.Own", "javax.own.Own")) {
                assertThat(loader.loadClass(name).getClassLoader()).isSameAs(loader);
            }
        }
    }

    @Test
    void fallsBackToTheEnginesLibrariesAndNamesAClassThatNobodyHas() throws Exception {
        try (ApplicationClassLoader loader = new ApplicationClassLoader(List.of(), ENGINE)) {
            assertThat(loader.loadClass(Config.class.getName())).isSameAs(Config.class);
            assertThat(loader.loadClass("org.junit.jupiter.api.Test")).isSameAs(Test.class);
            assertThatThrownBy(() -> loader.loadClass("com.acme.Missing"))
                    .isInstanceOf(ClassNotFoundException.class)
                    .hasMessageContaining("com.acme.Missing");
        }
    }

    private Path library(String version) throws Exception {
        return new TestJar()
                .type(
                        "lib.Version",
                        "public class Version { public static String text() { return \"" + version + "\"; } }")
                .resource("version.txt", version)
                .write(folder.resolve(version + ".jar"));
    }

    private static Object versionIn(ClassLoader loader) throws Exception {
        return loader.loadClass("lib.Version").getMethod("text").invoke(null);
    }
}
