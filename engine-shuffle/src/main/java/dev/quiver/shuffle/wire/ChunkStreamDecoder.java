package dev.quiver.shuffle.wire;

import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Reads a {@link ChunkStream} from pieces cut anywhere. A length that is announced is believed only as its bytes
 * arrive, so that memory stays proportional to what was received. One thread.
 */
public final class ChunkStreamDecoder {
    private static final byte[] NOTHING = {};

    private final ArrayDeque<ChunkEvent> events = new ArrayDeque<>();
    private final Map<Integer, byte[]> schemas = new HashMap<>();
    private final Map<Integer, String> files = new HashMap<>();
    private byte[] pending = new byte[ChunkStream.FRAME_HEAD];
    private int filled;
    private int goal = ChunkStream.FRAME_HEAD;
    private Header header;
    private boolean started;
    private boolean ended;
    private int lastChunk = -1;

    private record Header(int number, byte[] schema, int crc, int length, ChunkSources sources) {}

    /**
     * Takes the next bytes.
     *
     * @param piece borrowed; its position moves to its limit
     * @throws MalformedMessage if the bytes are not a chunk stream; nothing after this call is of use
     */
    public void feed(ByteBuffer piece) {
        while (piece.hasRemaining()) {
            if (ended) {
                throw new MalformedMessage(piece.remaining() + " bytes after the end of a chunk stream");
            }
            take(piece);
            while (filled == goal && !ended) {
                advance();
            }
        }
    }

    /** The next event, or null when more bytes are needed. */
    public ChunkEvent poll() {
        return events.poll();
    }

    /** Whether the last frame was read. */
    public boolean isEnded() {
        return ended;
    }

    /** Bytes held for a frame or message that is not whole yet. */
    public int pendingBytes() {
        return pending.length;
    }

    private void take(ByteBuffer piece) {
        int count = Math.min(piece.remaining(), goal - filled);
        if (pending.length - filled < count) {
            long doubled = Math.max(2L * pending.length, (long) filled + count);
            pending = Arrays.copyOf(pending, (int) Math.min(goal, doubled));
        }
        piece.get(pending, filled, count);
        filled += count;
    }

    private void advance() {
        if (header != null) {
            byte[] message = pending.length == filled ? pending : Arrays.copyOf(pending, filled);
            events.add(new ChunkEvent.Fetched(header.number, header.schema, header.crc, header.sources, message));
            header = null;
            expect(ChunkStream.FRAME_HEAD, NOTHING);
        } else if (goal == ChunkStream.FRAME_HEAD) {
            int length = new WireInput(ByteBuffer.wrap(pending, 1, 4)).readInt();
            if (length < 0 || length > ChunkStream.MAX_PAYLOAD) {
                throw new MalformedMessage("a frame announces " + length + " bytes");
            }
            goal = ChunkStream.FRAME_HEAD + length + ChunkStream.FRAME_TAIL;
        } else {
            frame();
        }
    }

    private void expect(int bytes, byte[] buffer) {
        goal = bytes;
        filled = 0;
        pending = buffer;
    }

    private void frame() {
        int end = filled - ChunkStream.FRAME_TAIL;
        CRC32C crc = new CRC32C();
        crc.update(pending, 0, end);
        if (new WireInput(ByteBuffer.wrap(pending, end, ChunkStream.FRAME_TAIL)).readInt() != (int) crc.getValue()) {
            throw new MalformedMessage("a frame fails its checksum");
        }
        int kind = pending[0];
        WireInput in = new WireInput(ByteBuffer.wrap(pending, ChunkStream.FRAME_HEAD, end - ChunkStream.FRAME_HEAD));
        expect(ChunkStream.FRAME_HEAD, new byte[ChunkStream.FRAME_HEAD]);
        if (!started && kind != ChunkStream.KNOWN) {
            throw new MalformedMessage("a chunk stream begins with a frame of kind " + kind);
        }
        switch (kind) {
            case ChunkStream.KNOWN -> known(in);
            case ChunkStream.SCHEMA -> schemas.put(in.readCount("schema number"), in.readRest());
            case ChunkStream.FILE -> files.put(in.readCount("file number"), in.readText());
            case ChunkStream.CHUNK -> {
                header = header(in);
                expect(header.length, NOTHING);
            }
            case ChunkStream.LOCATED -> located(in);
            case ChunkStream.DAMAGED -> {
                events.add(new ChunkEvent.Damaged(in.readCount("chunk number"), in.readText()));
                ended = true;
            }
            case ChunkStream.END -> {
                events.add(new ChunkEvent.End(in.readCount("chunks")));
                ended = true;
            }
            default -> throw new MalformedMessage("a frame of unknown kind " + kind);
        }
        in.requireEnd();
    }

    private void known(WireInput in) {
        int version = in.readUnsignedByte();
        if (started || version != ChunkStream.VERSION) {
            throw new MalformedMessage("chunk stream of protocol version " + version + (started ? ", again" : ""));
        }
        started = true;
        boolean sameHost = in.readBounded(1, "whether the holder is on this host") == 1;
        int count = in.readElementCount(4, "known versions");
        List<MapVersion> versions = new ArrayList<>(count);
        long[] rows = new long[count];
        long map = 0;
        for (int index = 0; index < count; index++) {
            map += in.readCount("gap");
            versions.add(new MapVersion(partition(map), in.readCount("epoch"), in.readCount("attempt")));
            rows[index] = in.readVarLong();
        }
        events.add(new ChunkEvent.Known(sameHost, versions, rows));
    }

    private void located(WireInput in) {
        Header at = header(in);
        String file = files.get(in.readCount("file number"));
        long offset = in.readVarLong();
        if (file == null || offset < 0) {
            throw new MalformedMessage("chunk " + at.number + " is at " + offset
                    + (file == null ? " of a file that was not named" : " of " + file));
        }
        events.add(new ChunkEvent.Located(at.number, at.schema, at.crc, at.sources, file, offset, at.length));
    }

    private Header header(WireInput in) {
        int number = in.readCount("chunk number");
        if (number <= lastChunk) {
            throw new MalformedMessage("chunk " + number + " after chunk " + lastChunk);
        }
        lastChunk = number;
        byte[] schema = schemas.get(in.readCount("schema number"));
        if (schema == null) {
            throw new MalformedMessage("chunk " + number + " comes before its schema");
        }
        int crc = in.readInt();
        int length = in.readBounded(Integer.MAX_VALUE - 16, "message length");
        return new Header(number, schema, crc, length, sources(in));
    }

    private static ChunkSources sources(WireInput in) {
        int runs = in.readElementCount(4, "sources");
        if (runs == 0) {
            throw new MalformedMessage("a chunk without rows");
        }
        ChunkSources.Builder sources = new ChunkSources.Builder();
        long map = 0;
        try {
            for (int run = 0; run < runs; run++) {
                map = Math.addExact(map, in.readZigZag());
                MapVersion version = new MapVersion(partition(map), in.readCount("epoch"), in.readCount("attempt"));
                sources.add(version, in.readCount("rows"));
            }
        } catch (ArithmeticException | IllegalArgumentException impossible) {
            throw new MalformedMessage("sources of a chunk: " + impossible.getMessage());
        }
        return sources.build();
    }

    private static int partition(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedMessage("map partition " + value);
        }
        return (int) value;
    }
}
