package dev.quiver;

import dev.quiver.lineage.CallSite;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Finds the text files that a user named: files, folders and globs, separated by commas. Order does not vary. */
final class TextInput {
    private static final Set<String> UNREADABLE = Set.of("bz2", "zst", "lz4", "snappy", "xz", "zip", "lzo", "7z");

    private final CallSite site;
    private final List<File> files = new ArrayList<>();

    private TextInput(CallSite site) {
        this.site = site;
    }

    /** A file to read; {@code length} in bytes as it lies on disk. */
    record File(String path, long length, boolean compressed) {}

    /** @throws UsageException naming the first path that is not there or cannot be read */
    static List<File> list(String paths, CallSite site) {
        TextInput input = new TextInput(site);
        if (paths.isBlank()) {
            throw new UsageException(site + ": no path was given");
        }
        for (String path : exists(paths) ? List.of(paths) : atCommas(paths)) {
            input.add(path);
        }
        return List.copyOf(input.files);
    }

    private void add(String name) {
        String local = withoutScheme(name);
        try {
            if (exists(local)) {
                Path path = Path.of(local).toAbsolutePath().normalize();
                if (Files.isDirectory(path)) {
                    addFolder(path);
                } else {
                    addFile(path);
                }
            } else if (isGlob(local)) {
                addMatches(local);
            } else {
                throw new UsageException(site + ": there is no file or folder '" + name + "'"
                        + (Path.of(local).isAbsolute()
                                ? ""
                                : " in " + Path.of("").toAbsolutePath())
                        + "; check the path");
            }
        } catch (IOException unreadable) {
            throw new UsageException(site + ": cannot read '" + name + "': " + unreadable, unreadable);
        }
    }

    private String withoutScheme(String name) {
        int scheme = name.indexOf(":/");
        if (scheme < 2) {
            return name;
        }
        if (!name.startsWith("file:")) {
            throw new UsageException(
                    site + ": cannot read '" + name + "': only files on disks that driver and executors"
                            + " share can be read, without a scheme or with file:");
        }
        return isGlob(name)
                ? name.replaceFirst("file:/+", "/")
                : Path.of(URI.create(name.replace(" ", "%20"))).toString();
    }

    private void addFolder(Path folder) throws IOException {
        Set<Path> entries = new TreeSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, entry -> !isHidden(entry))) {
            stream.forEach(entries::add);
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                throw new UsageException(site + ": folder '" + folder + "' contains the folder '" + entry.getFileName()
                        + "', which would be left out; to read it too name both, as in '" + folder + "/*'");
            }
            addFile(entry);
        }
    }

    private void addFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException(
                    site + ": cannot read '" + file + "': it is not a regular file; name a file or a folder of files");
        }
        if (!Files.isReadable(file)) {
            throw new UsageException(site + ": cannot read '" + file
                    + "': permission denied; change its permissions, or run as another user");
        }
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        if (name.indexOf('.') >= 0 && UNREADABLE.contains(suffix)) {
            throw new UsageException(site + ": cannot read '" + file + "': files compressed as ." + suffix
                    + " are not supported; decompress it, or compress it as .gz");
        }
        files.add(new File(file.toString(), Files.size(file), suffix.equals("gz")));
    }

    private void addMatches(String glob) throws IOException {
        String absolute = glob.startsWith("/") ? glob : Path.of("").toAbsolutePath() + "/" + glob;
        int slash = absolute.lastIndexOf('/', firstWildcard(absolute));
        Path root = Path.of(absolute.substring(0, slash + 1)).normalize();
        String pattern = absolute.substring(slash + 1);
        PathMatcher matcher = root.getFileSystem().getPathMatcher("glob:" + pattern);
        int depth =
                pattern.contains("**") ? Integer.MAX_VALUE : Path.of(pattern).getNameCount();
        Set<Path> matches = new TreeSet<>();
        if (Files.isDirectory(root)) {
            Files.walkFileTree(root, Set.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return !folder.equals(root)
                                    && isHidden(folder)
                                    && !pattern.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) {
                    if (matcher.matches(root.relativize(entry)) && !isHidden(entry)) {
                        matches.add(entry);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        if (matches.isEmpty()) {
            throw new UsageException(site + ": nothing matches '" + glob + "'; check the pattern");
        }
        for (Path match : matches) {
            if (Files.isDirectory(match)) {
                addFolder(match);
            } else {
                addFile(match);
            }
        }
    }

    private static int firstWildcard(String glob) {
        int index = 0;
        while ("*?[{".indexOf(glob.charAt(index)) < 0) {
            index++;
        }
        return index;
    }

    private static boolean isGlob(String path) {
        return path.chars().anyMatch(character -> "*?[{".indexOf(character) >= 0);
    }

    private static boolean isHidden(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith("_") || name.startsWith(".");
    }

    private static boolean exists(String path) {
        return path.indexOf('\0') < 0 && Files.exists(Path.of(path));
    }

    /** Splits at the commas that do not stand in braces. */
    private static List<String> atCommas(String paths) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int index = 0; index <= paths.length(); index++) {
            char character = index < paths.length() ? paths.charAt(index) : ',';
            depth += character == '{' ? 1 : character == '}' ? -1 : 0;
            if (character == ',' && (depth <= 0 || index == paths.length())) {
                String part = paths.substring(start, index).trim();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = index + 1;
            }
        }
        return parts;
    }
}
