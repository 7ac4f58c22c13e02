package dev.quiver.runtime.executor;

import dev.quiver.QuiverException;
import dev.quiver.rpc.Chunk;
import dev.quiver.rpc.Connection;
import dev.quiver.rpc.RpcException;
import dev.quiver.rpc.StreamReceiver;
import dev.quiver.runtime.application.ApplicationClassLoader;
import dev.quiver.runtime.protocol.ContentHash;
import dev.quiver.runtime.protocol.DriverQuery.Artifact;
import dev.quiver.runtime.protocol.MessageType;
import dev.quiver.wire.WireOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The application's jars, fetched from the driver by content hash when the first task needs them, verified, and put into
 * a class loader of their own.
 */
final class ShippedClasses implements ApplicationClasses {
    private final Connection driver;
    private final List<Artifact> artifacts;
    private final Path folder;
    private final ClassLoader parent;
    private ClassLoader loader;

    ShippedClasses(Connection driver, List<Artifact> artifacts, Path folder, ClassLoader parent) {
        this.driver = driver;
        this.artifacts = artifacts;
        this.folder = folder;
        this.parent = parent;
    }

    @Override
    public synchronized ClassLoader get() {
        if (loader == null) {
            List<Path> jars = new ArrayList<>();
            for (Artifact artifact : artifacts) {
                jars.add(fetch(artifact));
            }
            loader = jars.isEmpty() ? parent : new ApplicationClassLoader(jars, parent);
        }
        return loader;
    }

    private Path fetch(Artifact artifact) {
        Path target = folder.resolve(artifact.id() + "-" + artifact.fileName());
        Path partial = folder.resolve(target.getFileName() + ".part");
        try {
            Files.createDirectories(folder);
            receive(artifact, partial);
            ContentHash received = ContentHash.of(Files.readAllBytes(partial));
            if (!received.equals(artifact.id())) {
                throw new IOException("its content hash is " + received + " instead of " + artifact.id());
            }
            return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new QuiverException(
                    "jar " + artifact.fileName() + " could not be fetched from the driver: " + failure.getMessage(),
                    failure);
        }
    }

    private void receive(Artifact artifact, Path partial) throws IOException {
        JarReceiver receiver = new JarReceiver();
        driver.openStream(
                MessageType.FETCH_ARTIFACT,
                new WireOutput().writeText(artifact.id().hex()).toByteBuffer(),
                receiver);
        try (FileChannel file = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            receiver.drainTo(file);
        }
    }

    /** Hands chunks from the I/O thread to the thread that writes the file. */
    private static final class JarReceiver implements StreamReceiver {
        private final LinkedBlockingQueue<Object> chunks = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private static final Object END = new Object();

        @Override
        public void onChunk(Chunk chunk) {
            chunks.add(chunk);
        }

        @Override
        public void onEnd() {
            end.complete(null);
            chunks.add(END);
        }

        @Override
        public void onError(RpcException cause) {
            end.completeExceptionally(cause);
            chunks.add(END);
        }

        void drainTo(FileChannel file) throws IOException {
            try {
                for (Object next = chunks.take(); next != END; next = chunks.take()) {
                    try (Chunk chunk = (Chunk) next) {
                        ByteBuffer bytes = chunk.bytes();
                        while (bytes.hasRemaining()) {
                            file.write(bytes);
                        }
                    }
                }
                end.get();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("the executor stops", stopped);
            } catch (ExecutionException broken) {
                throw new IOException(broken.getCause().getMessage(), broken.getCause());
            }
        }
    }
}
