package dev.quiver.shuffle.wire;

import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.WireOutput;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The answer to a {@link FetchRequest}, as the holder writes it. {@link ChunkStreamDecoder} reads it.
 *
 * <pre>
 *   stream := KNOWN ( SCHEMA | FILE | CHUNK message | LOCATED )* ( END | DAMAGED )
 *
 *   frame  := u8 kind | i32 length | payload of that length | i32 CRC-32C of all before
 *
 *   KNOWN     u8 protocol version, 3
 *             u8 1 when the reader named the host of the holder, else 0
 *             varint count; each: varint gap to the map partition, varint epoch, varint attempt, varint rows
 *             the wanted versions the holder has, by ascending map partition, with the rows each has here
 *   SCHEMA    varint number, then the Arrow schema message; sent before the first chunk that needs it
 *   CHUNK     varint chunk number, varint schema number, i32 CRC-32C of the message, varint length of the message,
 *             varint runs; each: zigzag step from the last map partition, varint epoch, varint attempt, varint rows
 *   FILE      varint number, text: the path of a file; sent before the first chunk that is in it
 *   LOCATED   as CHUNK, then varint file number, varint offset: the message is there, for the reader to read itself
 *   message   an Arrow record batch message, outside of any frame, so that it can be sent straight from a file
 *   DAMAGED   varint chunk number, text: the holder's own copy of this chunk fails its checksum
 *   END       varint chunks sent
 * </pre>
 *
 * Chunk numbers ascend; gaps are chunks without wanted rows. They mean the same on every request to one holder, so a
 * broken stream is resumed behind the last chunk that arrived whole.
 *
 * <p>LOCATED is sent only to a reader that asked for it and is on the holder's host. Such a stream is not ended after its
 * END frame: while it is open the files stay, and the reader cancels it when it has read them.
 */
public final class ChunkStream {
    static final int VERSION = 3;
    static final int KNOWN = 1;
    static final int SCHEMA = 2;
    static final int CHUNK = 3;
    static final int DAMAGED = 4;
    static final int END = 5;
    static final int FILE = 6;
    static final int LOCATED = 7;
    /** Kind and length before a payload. */
    static final int FRAME_HEAD = 5;
    /** Checksum after a payload. */
    static final int FRAME_TAIL = 4;
    /** No payload is longer: two million sources in one chunk, for example. */
    static final int MAX_PAYLOAD = 64 << 20;

    private ChunkStream() {}

    /**
     * The first frame.
     *
     * @param sameHost whether the reader is on the holder's host, as far as it has said where it is
     * @param versions by ascending map partition
     * @param rows     rows of each in this reduce partition
     */
    public static byte[] known(boolean sameHost, List<MapVersion> versions, long[] rows) {
        WireOutput out =
                new WireOutput().writeByte(VERSION).writeByte(sameHost ? 1 : 0).writeVarLong(versions.size());
        int last = 0;
        for (int index = 0; index < versions.size(); index++) {
            MapVersion version = versions.get(index);
            out.writeVarLong(version.mapPartition() - last)
                    .writeVarLong(version.epoch())
                    .writeVarLong(version.attempt());
            out.writeVarLong(rows[index]);
            last = version.mapPartition();
        }
        return frame(KNOWN, out);
    }

    public static byte[] schema(int number, byte[] message) {
        return frame(SCHEMA, new WireOutput().writeVarLong(number).writeRaw(message, 0, message.length));
    }

    /** Names a file of chunks. */
    public static byte[] file(int number, String path) {
        return frame(FILE, new WireOutput().writeVarLong(number).writeText(path));
    }

    /** Announces a chunk; the {@code length} bytes of its message follow. */
    public static byte[] chunk(int number, int schema, int crc, int length, ChunkSources sources) {
        return frame(CHUNK, header(number, schema, crc, length, sources));
    }

    /** Says where a chunk is; its message is not sent. */
    public static byte[] located(
            int number, int schema, int crc, int length, ChunkSources sources, int file, long offset) {
        return frame(
                LOCATED,
                header(number, schema, crc, length, sources).writeVarLong(file).writeVarLong(offset));
    }

    private static WireOutput header(int number, int schema, int crc, int length, ChunkSources sources) {
        WireOutput out = new WireOutput();
        out.writeVarLong(number)
                .writeVarLong(schema)
                .writeInt(crc)
                .writeVarLong(length)
                .writeVarLong(sources.size());
        int last = 0;
        for (int run = 0; run < sources.size(); run++) {
            MapVersion version = sources.version(run);
            out.writeZigZag(version.mapPartition() - last)
                    .writeVarLong(version.epoch())
                    .writeVarLong(version.attempt());
            out.writeVarLong(sources.rows(run));
            last = version.mapPartition();
        }
        return out;
    }

    /** The last frame when the holder finds its own copy of a chunk damaged. */
    public static byte[] damaged(int number, String message) {
        return frame(DAMAGED, new WireOutput().writeVarLong(number).writeText(message));
    }

    /** The last frame when everything was sent. */
    public static byte[] end(int chunks) {
        return frame(END, new WireOutput().writeVarLong(chunks));
    }

    private static byte[] frame(int kind, WireOutput payload) {
        byte[] body = payload.toByteArray();
        WireOutput out = new WireOutput().writeByte(kind).writeInt(body.length).writeRaw(body, 0, body.length);
        CRC32C crc = new CRC32C();
        crc.update(out.toByteArray());
        return out.writeInt((int) crc.getValue()).toByteArray();
    }
}
