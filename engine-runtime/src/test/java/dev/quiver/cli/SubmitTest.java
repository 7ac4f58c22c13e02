package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.application.TestJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitTest {
    /** Where applications leave what the tests look at. */
    private static final String SEEN = "quiver.test.seen";

    /** An engine that tells with which master and settings it was to start; applications bring it along. */
    private static final String TELLING_ENGINE = "import dev.quiver.config.*; import java.util.*;"
            + "public class Telling implements dev.quiver.engine.EngineProvider {"
            + "public boolean accepts(String master) { return true; }"
            + "public String forms() { return \"\"; }"
            + "public Collection<ConfigKey<?>> keys() {"
            + "  return List.of(ConfigKey.text(\"jars\", \"\"), ConfigKey.text(\"executor.memory\", \"\")); }"
            + "public dev.quiver.engine.Engine start(String master, Config config) {"
            + "  System.setProperty(\"" + SEEN + "\", master + \" \" + config.asMap());"
            + "  throw new dev.quiver.UsageException(\"told\"); } }";

    @TempDir
    Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(SEEN);
    }

    @Test
    void handsEverythingAfterTheJarToTheApplication() throws Exception {
        Path jar = app("see(String.join(\"|\", args) + Thread.currentThread().getName());");
        CommandLineRun run = submit(
                "--class", "acme.App", "--name", "n", jar.toString(), "in", "--master", "x", "--", "-c", "@file", "");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(seen())
                .isEqualTo("in|--master|x|--|-c|@file|" + Thread.currentThread().getName());
    }

    @Test
    void runsTheMainClassOfTheManifestInALoaderThatTheThreadKnows() throws Exception {
        Path jar = new TestJar()
                .main(
                        "acme.App",
                        see("(App.class.getClassLoader() == Thread.currentThread().getContextClassLoader())"
                                + " + App.class.getClassLoader().getClass().getSimpleName()"))
                .manifestMain("acme.App")
                .write(folder.resolve("app.jar"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        assertThat(submit(jar.toString()).code()).isZero();
        assertThat(seen()).isEqualTo("trueApplicationClassLoader");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void sessionsOfTheApplicationGetFlagsAndJarsUnlessItsCodeSaysOtherwise() throws Exception {
        Path library =
                new TestJar().type("lib.Library", "public class Library {}").write(folder.resolve("lib.jar"));
        Path jar = new TestJar()
                .type("acme.Telling", TELLING_ENGINE)
                .resource("META-INF/services/dev.quiver.engine.EngineProvider", "acme.Telling")
                .main(
                        "acme.App",
                        "new lib.Library();" + "dev.quiver.Session.builder().appName(\"from code\").create();")
                .using(library)
                .write(folder.resolve("app.jar"));
        CommandLineRun run = submit(
                "--master",
                "local[3]",
                "--name",
                "from flags",
                "--class",
                "acme.App",
                "--jars",
                library.toString(),
                "--executor-memory",
                "700",
                jar.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualToIgnoringNewLines("quiver: told");
        assertThat(seen())
                .startsWith("local[3] ")
                .contains("quiver.app.name=from code", "quiver.executor.memory=700m")
                .contains("quiver.jars=" + jar + "," + library);
    }

    @Test
    void anExceptionIsOneLineWithItsPlaceAndExitCodeOne() throws Exception {
        Path jar = app("throw new IllegalStateException(\"no\\nluck\");");
        CommandLineRun run = submit("--class", "acme.App", jar.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("quiver: the application failed: java.lang.IllegalStateException: no luck"
                        + " (at acme.App.main(App.java:2)); add --verbose for the stack trace");
    }

    @Test
    void verboseAddsTheStackTrace() throws Exception {
        Path jar = app("throw new java.io.IOException(\"gone\");");
        CommandLineRun run = submit("--verbose", "--class", "acme.App", jar.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("\tat acme.App.main(App.java:2)");
    }

    @Test
    void aFailedJobIsExitCodeOneAndWrongUsageTwoEvenWhenWrapped() throws Exception {
        Path failed = app("throw new dev.quiver.QuiverException(\"stage 3 failed\");");
        CommandLineRun job = submit("--class", "acme.App", failed.toString());
        assertThat(job.code()).isEqualTo(1);
        assertThat(job.err()).isEqualToIgnoringNewLines("quiver: stage 3 failed");

        Path wrong = app("throw new RuntimeException(new dev.quiver.UsageException(\"no such folder\"));");
        CommandLineRun usage = submit("--class", "acme.App", wrong.toString());
        assertThat(usage.code()).isEqualTo(2);
        assertThat(usage.err()).isEqualToIgnoringNewLines("quiver: no such folder");
    }

    @Test
    void noJarAtAllIsAnsweredWithTheOrderOfArguments() {
        CommandLineRun run = submit("--class", "acme.App");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("no app.jar is given: quiver submit [options] app.jar [arguments")
                .hasLineCount(1);
    }

    @Test
    void aMissingJarIsNamedWithThePlaceLookedAt() {
        CommandLineRun run = submit("nowhere/app.jar");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "there is no file 'nowhere/app.jar'",
                        Path.of("nowhere/app.jar").toAbsolutePath().toString())
                .hasLineCount(1);
    }

    @Test
    void aFolderOrAFileThatIsNoJarIsRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jar"), "hello", StandardCharsets.UTF_8);
        assertThat(submit(text.toString()).err())
                .contains("is not a jar", "text.jar")
                .hasLineCount(1);
        assertThat(submit(folder.toString()).err()).contains("is a folder").hasLineCount(1);
        Path jar = app("");
        CommandLineRun run = submit("--class", "acme.App", "--jars", jar + ",gone.jar", jar.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--jars: there is no file 'gone.jar'").hasLineCount(1);
    }

    @Test
    void aJarWithoutMainClassNeedsAClassAndSaysWhichItHas() throws Exception {
        CommandLineRun run = submit(app("").toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no Main-Class", "--class acme.App").hasLineCount(1);
    }

    @Test
    void aClassThatIsNotThereIsAnsweredWithTheNearestOnes() throws Exception {
        String jar = app("").toString();
        CommandLineRun otherPackage = submit("--class", "com.wrong.App", jar);
        assertThat(otherPackage.code()).isEqualTo(2);
        assertThat(otherPackage.err())
                .contains("there is no class 'com.wrong.App' in app.jar or in --jars, did you mean 'acme.App'?")
                .hasLineCount(1);
        assertThat(submit("--class", "acme.Ap", jar).err()).contains("did you mean 'acme.App'?");
        assertThat(submit("--class", "Elsewhere", jar).err())
                .contains("'jar tf app.jar' lists")
                .hasLineCount(1);
    }

    @Test
    void aClassThatIsNotThereIsAnsweredWithTheManifestsWhenNoneIsNear() throws Exception {
        Path jar = new TestJar().main("acme.App", "").manifestMain("acme.App").write(folder.resolve("app.jar"));
        assertThat(submit("--class", "Elsewhere", jar.toString()).err())
                .contains("its Main-Class runs, which is acme.App");
    }

    @Test
    void aClassWithoutMainIsRefused() throws Exception {
        Path jar = new TestJar()
                .type("acme.None", "public class None {}")
                .type("acme.Instance", "public class Instance { public void main(String[] args) {} }")
                .write(folder.resolve("app.jar"));
        for (String name : new String[] {"acme.None", "acme.Instance"}) {
            CommandLineRun run = submit("--class", name, jar.toString());
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .contains("class '" + name + "' has no method 'public static void main(String[] args)'")
                    .hasLineCount(1);
        }
    }

    @Test
    void aMainClassThatIsNotPublicRunsAsItDoesWithJava() throws Exception {
        Path jar = new TestJar()
                .type(
                        "acme.Hidden",
                        "class Hidden { public static void main(String[] args) { " + see("\"ran\"") + " } }")
                .write(folder.resolve("app.jar"));
        assertThat(submit("--class", "acme.Hidden", jar.toString()).code()).isZero();
        assertThat(seen()).isEqualTo("ran");
    }

    @Test
    void aClassWhoseSuperclassIsMissingNamesIt() throws Exception {
        Path jar = new TestJar()
                .type("acme.Base", "public class Base {}")
                .type("acme.App", "public class App extends Base { public static void main(String[] args) {} }")
                .leavingOut("acme.Base")
                .write(folder.resolve("app.jar"));
        CommandLineRun run = submit("--class", "acme.App", jar.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("acme/Base", "--jars").hasLineCount(1);
    }

    @Test
    void anUnknownMasterIsAnsweredWithTheFormsThereAre() throws Exception {
        String jar = app("").toString();
        CommandLineRun run = submit("--master", "lokal[2]", jar);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "quiver: unknown master 'lokal[2]'; it can be local[N], local-cluster[N,C,M]");
        assertThat(submit("-c", "quiver.master=yarn", jar).err()).contains("unknown master 'yarn'");
    }

    @Test
    void clusterModeNeedsACluster() throws Exception {
        String jar = app("").toString();
        CommandLineRun mode = submit("--deploy-mode", "cluster", jar);
        assertThat(mode.code()).isEqualTo(2);
        assertThat(mode.err())
                .contains("--deploy-mode cluster needs a master with a cluster")
                .hasLineCount(1);
        assertThat(submit("--deploy-mode", "custer", jar).err()).contains("client or cluster, not 'custer'");
    }

    private CommandLineRun submit(String... args) {
        String[] line = new String[args.length + 1];
        line[0] = "submit";
        System.arraycopy(args, 0, line, 1, args.length);
        return CommandLineRun.of(line);
    }

    private static String see(String expression) {
        return "System.setProperty(\"" + SEEN + "\", \"\" + " + expression + ");";
    }

    private static String seen() {
        return System.getProperty(SEEN);
    }

    /** An application whose statements may call {@code see}. */
    private Path app(String statements) throws IOException {
        return new TestJar()
                .type(
                        "acme.App",
                        "public class App { public static void main(String[] args) throws Exception { " + statements
                                + " }\n static void see(Object value) { " + see("value") + " } }")
                .write(folder.resolve("app.jar"));
    }
}
