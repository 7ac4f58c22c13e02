package dev.quiver.runtime.executor;

import dev.quiver.exec.pipeline.FunctionListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes the functions that stages of this process run into {@code functions-PID.txt} of a folder, one a line: class, name
 * and stage, separated by tabs. Read by {@code --explain-inlining} beside the JIT's log. Safe for use by many threads.
 */
final class FunctionFile implements FunctionListener {
    private final Path file;
    private final Set<String> written = ConcurrentHashMap.newKeySet();

    FunctionFile(Path folder) {
        this.file = folder.resolve("functions-" + ProcessHandle.current().pid() + ".txt");
    }

    @Override
    public void onFunction(Class<?> function, String name, String stage) {
        String line = function.getName() + '\t' + name + '\t' + stage + '\n';
        if (!written.add(line)) {
            return;
        }
        synchronized (this) {
            try {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "cannot write " + file + ", which " + ExecutorSettings.EXPLAIN_INLINING.name() + " asks for",
                        failure);
            }
        }
    }
}
