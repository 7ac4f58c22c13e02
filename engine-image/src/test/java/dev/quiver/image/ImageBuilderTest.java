package dev.quiver.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageBuilderTest {
    @TempDir
    private Path folder;

    private Path home;
    private Path base;

    @BeforeEach
    void makeADistributionAndABase() throws Exception {
        home = folder.resolve("quiver");
        for (String file :
                List.of("jars/engine-core-1.jar", "jars/netty-4.jar", "conf/log4j2.xml", "bin/quiver", "LICENSE")) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.writeString(home.resolve(file), file);
        }
        base = folder.resolve("base.tar");
        Jib.fromScratch().containerize(Containerizer.to(TarImage.at(base).named("base:1")));
    }

    private ImageOrder order(String... more) {
        List<String> words = new ArrayList<>(List.of("--home", home.toString(), "--base", "tar:" + base));
        words.addAll(List.of(more));
        return ImageOrder.parse(words.toArray(String[]::new));
    }

    @Test
    void putsTheDistributionWherePodsLookForIt() throws Exception {
        Path tar = folder.resolve("image.tar");
        Path words = Files.writeString(folder.resolve("words.jar"), "words");
        new ImageBuilder(order("--to", "registry.example/quiver:1", "--tar", tar.toString(), "--jar", words.toString()))
                .build();
        assertThat(files(tar))
                .contains(
                        "opt/quiver/jars/engine-core-1.jar 644",
                        "opt/quiver/jars/netty-4.jar 644",
                        "opt/quiver/conf/log4j2.xml 644",
                        "opt/quiver/bin/quiver 755",
                        "opt/applications/words.jar 644");
    }

    @Test
    void theSameDistributionIsTheSameImage() throws Exception {
        String first = new ImageBuilder(
                        order("--to", "q:1", "--tar", folder.resolve("1.tar").toString()))
                .build()
                .getImageId()
                .toString();
        String second = new ImageBuilder(
                        order("--to", "q:1", "--tar", folder.resolve("2.tar").toString()))
                .build()
                .getImageId()
                .toString();
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aJarThatChangedIsNotTakenForItsFormerSelfBecauseItsDateIsTheSame() throws Exception {
        Path jar = home.resolve("jars/engine-core-1.jar");
        FileTime date = Files.getLastModifiedTime(jar);
        ImageOrder order = order("--to", "q:1", "--tar", folder.resolve("1.tar").toString());
        String before = new ImageBuilder(order).build().getImageId().toString();
        Files.writeString(jar, "jars/engine-core-2.jar");
        Files.setLastModifiedTime(jar, date);
        assertThat(new ImageBuilder(order).build().getImageId().toString()).isNotEqualTo(before);
    }

    @Test
    void saysWhatIsWrongWithANameAndABase() {
        assertThatThrownBy(() -> new ImageBuilder(order("--to", "UPPER:1", "--tar", "x.tar")).build())
                .isInstanceOf(ImageFailure.class)
                .hasMessageContaining("'UPPER:1' is not the name of an image");
        base = folder.resolve("missing.tar");
        assertThatThrownBy(() -> new ImageBuilder(order("--to", "q:1", "--tar", "x.tar")).build())
                .isInstanceOf(ImageFailure.class)
                .hasMessageContaining("check --base 'tar:" + base + "'");
    }

    /** The files of an image, each with its permissions. */
    private static Set<String> files(Path tar) throws IOException {
        Set<String> files = new TreeSet<>();
        try (TarArchiveInputStream image =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar)))) {
            for (TarArchiveEntry layer = image.getNextEntry(); layer != null; layer = image.getNextEntry()) {
                if (layer.getName().endsWith(".tar.gz")) {
                    addFiles(image, files);
                }
            }
        }
        return files;
    }

    private static void addFiles(InputStream layer, Set<String> files) throws IOException {
        TarArchiveInputStream inside = new TarArchiveInputStream(new GZIPInputStream(layer));
        for (TarArchiveEntry file = inside.getNextEntry(); file != null; file = inside.getNextEntry()) {
            if (!file.isDirectory()) {
                files.add(file.getName() + " " + Integer.toOctalString(file.getMode() & 0777));
            }
        }
    }
}
