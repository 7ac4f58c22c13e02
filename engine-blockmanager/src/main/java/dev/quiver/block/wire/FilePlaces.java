package dev.quiver.block.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where the batches of a block lie in files, as the payloads of frames that may be damaged. Numbers are big-endian. */
public final class FilePlaces {
    /** Most places in one frame. */
    static final int MOST = 10_000;

    private static final int PLACE_BYTES = 4 + 8 + 4 + 4;

    private FilePlaces() {}

    /** A file. @param length its bytes */
    public record File(String path, long length) {
        ByteBuffer encode() {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(8 + name.length)
                    .putLong(length)
                    .put(name)
                    .flip();
        }

        /** @throws MalformedBlock if these are the bytes of none */
        public static File decode(byte[] payload) throws MalformedBlock {
            ByteBuffer in = ByteBuffer.wrap(payload);
            if (payload.length <= 8 || in.getLong() < 0) {
                throw new MalformedBlock("a file of a block is described by " + payload.length + " bytes");
            }
            return new File(StandardCharsets.UTF_8.decode(in).toString(), in.getLong(0));
        }
    }

    /** A batch. @param file number of its file @param checksum CRC-32C of its bytes */
    public record Place(int file, long offset, int length, int checksum) {}

    static ByteBuffer encode(List<Place> places) {
        ByteBuffer out = ByteBuffer.allocate(places.size() * PLACE_BYTES);
        for (Place place : places) {
            out.putInt(place.file).putLong(place.offset).putInt(place.length).putInt(place.checksum);
        }
        return out.flip();
    }

    /**
     * The places of a frame.
     *
     * @param files that were described before
     * @throws MalformedBlock if one lies outside of its file
     */
    public static List<Place> decode(byte[] payload, List<File> files) throws MalformedBlock {
        ByteBuffer in = ByteBuffer.wrap(payload);
        List<Place> places = new ArrayList<>(payload.length / PLACE_BYTES);
        try {
            while (in.hasRemaining()) {
                Place place = new Place(in.getInt(), in.getLong(), in.getInt(), in.getInt());
                if (place.file < 0
                        || place.file >= files.size()
                        || place.offset < 0
                        || place.length < 0
                        || place.offset > files.get(place.file).length - place.length) {
                    throw new MalformedBlock("a batch of a block is said to lie at " + place + " of " + files);
                }
                places.add(place);
            }
        } catch (BufferUnderflowException cut) {
            throw new MalformedBlock("the places of a block are cut short at " + payload.length + " bytes");
        }
        return places;
    }
}
