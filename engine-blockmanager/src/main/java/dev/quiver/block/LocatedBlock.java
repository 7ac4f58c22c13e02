package dev.quiver.block;

import dev.quiver.block.wire.BlockFrames.Frame;
import dev.quiver.block.wire.FilePlaces;
import dev.quiver.block.wire.FrameReader;
import dev.quiver.block.wire.MalformedBlock;
import dev.quiver.id.BlockId;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads where a block of another process lies. */
final class LocatedBlock {
    private final BlockId block;
    private final List<DiskBlock.Part> parts = new ArrayList<>();
    private final List<FilePlaces.File> files = new ArrayList<>();
    private final List<DiskBlock.Message> messages = new ArrayList<>();
    private byte[] schema;

    private LocatedBlock(BlockId block) {
        this.block = block;
    }

    /** @throws MalformedBlock if the frames do not describe a block */
    static DiskBlock read(BlockId block, FrameReader frames) throws IOException {
        LocatedBlock located = new LocatedBlock(block);
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            located.take(frame);
        }
        return new DiskBlock(located.parts, located.messages);
    }

    private void take(Frame frame) throws MalformedBlock {
        switch (frame.kind()) {
            case SCHEMA -> schema = frame.payload();
            case FILE -> {
                if (schema == null) {
                    throw new MalformedBlock("a file without a schema inside block " + block.name());
                }
                FilePlaces.File file = FilePlaces.File.decode(frame.payload());
                files.add(file);
                parts.add(new DiskBlock.Part(path(file), schema, file.length()));
                schema = null;
            }
            case PLACES -> {
                for (FilePlaces.Place place : FilePlaces.decode(frame.payload(), files)) {
                    messages.add(new DiskBlock.Message(place.file(), place.offset(), place.length(), place.checksum()));
                }
            }
            default ->
                throw new MalformedBlock("a frame of kind " + frame.kind() + " where block " + block.name() + " lies");
        }
    }

    private static Path path(FilePlaces.File file) throws MalformedBlock {
        try {
            return Path.of(file.path());
        } catch (InvalidPathException malformed) {
            throw new MalformedBlock("'" + file.path() + "' is no path here");
        }
    }
}
