package dev.quiver.runtime.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a few lines of Java into a jar, as the build of an application outside the engine would. */
public final class TestJar {
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> resources = new LinkedHashMap<>();
    private final List<Path> classPath = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private String mainClass;

    /** Adds a class; its package is taken from the name. */
    public TestJar type(String className, String body) {
        int dot = className.lastIndexOf('.');
        sources.put(className, (dot < 0 ? "" : "package " + className.substring(0, dot) + ";\n") + body);
        return this;
    }

    /** Adds a class whose main method has these statements. */
    public TestJar main(String className, String statements) {
        return type(
                className,
                "public class " + className.substring(className.lastIndexOf('.') + 1)
                        + " { public static void main(String[] args) throws Exception { " + statements + " } }");
    }

    public TestJar resource(String name, String text) {
        resources.put(name, text);
        return this;
    }

    public TestJar manifestMain(String className) {
        mainClass = className;
        return this;
    }

    /** Compiles against another jar. */
    public TestJar using(Path jar) {
        classPath.add(jar);
        return this;
    }

    /** Compiles a class without putting it into the jar. */
    public TestJar leavingOut(String className) {
        left.add(className.replace('.', '/') + ".class");
        return this;
    }

    /** Writes the jar. */
    public Path write(Path jar) throws IOException {
        Path classes = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "classes");
        compile(classes);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (mainClass != null) {
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                if (!left.contains(name)) {
                    put(out, name, Files.readAllBytes(file));
                }
            }
            for (Map.Entry<String, String> resource : resources.entrySet()) {
                put(out, resource.getKey(), resource.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        String path = System.getProperty("java.class.path");
        for (Path jar : classPath) {
            path += System.getProperty("path.separator") + jar;
        }
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(new Source(name, source)));
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", path);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
            if (!units.isEmpty()
                    && !compiler.getTask(Writer.nullWriter(), files, problems, options, null, units)
                            .call()) {
                throw new IllegalArgumentException(problems.getDiagnostics().stream()
                        .map(Diagnostic::toString)
                        .toList()
                        .toString());
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
