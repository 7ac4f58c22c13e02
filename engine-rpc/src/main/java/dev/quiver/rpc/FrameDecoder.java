package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Cuts the bytes of one connection into frames, however the network cut them. Every field of the header is judged as soon
 * as it is complete. The body of a control frame grows with the bytes that arrive, so a length that lies costs nothing;
 * the body of a chunk is bought with credit. Only on the channel's I/O thread.
 */
final class FrameDecoder {
    private static final int FIRST_BODY_BYTES = 64 << 10;
    private static final byte[] NO_BODY = {};

    private final Supplier<FrameSink> sinks;
    private final BooleanSupplier open;
    private final RpcMetrics metrics;

    private final byte[] header = new byte[Frame.HEADER_BYTES];
    private final ByteBuffer headerView = ByteBuffer.wrap(header);
    private int headerBytes;

    private FrameKind kind;
    private int bodyLength;
    private int bodyBytes;
    private byte[] body;
    private ByteBuf chunk;

    /**
     * @param sinks who gets the frames; asked before each, because a handshake gives way to a connection
     * @param open  false once nothing more may be delivered
     */
    FrameDecoder(Supplier<FrameSink> sinks, BooleanSupplier open, RpcMetrics metrics) {
        this.sinks = sinks;
        this.open = open;
        this.metrics = metrics;
    }

    /**
     * Takes all bytes of {@code in}, which is borrowed.
     *
     * @throws RpcException if the peer broke the protocol; nothing may be decoded after that
     */
    void decode(ByteBuf in) throws RpcException {
        while (in.isReadable() && open.getAsBoolean()) {
            if (kind == null) {
                readHeader(in);
            } else {
                readBody(in);
            }
        }
    }

    /** Lets go of a chunk of which only the beginning came. */
    void close() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    private void readHeader(ByteBuf in) throws RpcException {
        int before = headerBytes;
        int count = Math.min(in.readableBytes(), Frame.HEADER_BYTES - before);
        in.readBytes(header, before, count);
        headerBytes += count;
        judgeHeader(before);
        if (headerBytes == Frame.HEADER_BYTES && open.getAsBoolean()) {
            headerBytes = 0;
            beginBody();
        }
    }

    private void judgeHeader(int before) throws RpcException {
        if (completes(before, Frame.LENGTH_END)) {
            long length = headerView.getInt(0) & 0xFFFF_FFFFL;
            if (length < Frame.COUNTED_HEADER_BYTES || length > sinks.get().lengthLimit()) {
                throw new RpcException.MalformedFrame("A frame of " + length + " bytes is out of bounds ["
                        + Frame.COUNTED_HEADER_BYTES + ", " + sinks.get().lengthLimit() + "].");
            }
        }
        if (completes(before, Frame.MAGIC_END)) {
            int magic = headerView.getShort(Frame.LENGTH_END) & 0xFFFF;
            if (magic != Frame.MAGIC) {
                throw new RpcException.MalformedFrame(
                        "A frame begins with a wrong magic number; the peer does not speak " + "this protocol.");
            }
        }
        if (completes(before, Frame.VERSION_END)) {
            int version = header[Frame.MAGIC_END] & 0xFF;
            if (version != Frame.VERSION) {
                sinks.get().onOtherVersion(version);
                return;
            }
        }
        if (completes(before, Frame.KIND_END)) {
            int code = header[Frame.VERSION_END] & 0xFF;
            FrameKind named = FrameKind.ofCode(code);
            int limit = named == null ? -1 : sinks.get().bodyLimit(named);
            int length = headerView.getInt(0) - Frame.COUNTED_HEADER_BYTES;
            if (limit < 0) {
                throw new RpcException.MalformedFrame(
                        "A frame of kind " + (named == null ? String.valueOf(code) : named) + " is out of place here.");
            }
            if (length > limit) {
                throw new RpcException.MalformedFrame(
                        "A frame of kind " + named + " has " + length + " bytes of body, but may have " + limit + ".");
            }
        }
    }

    private boolean completes(int before, int end) {
        return before < end && headerBytes >= end;
    }

    private void beginBody() throws RpcException {
        kind = FrameKind.ofCode(header[Frame.VERSION_END]);
        bodyLength = headerView.getInt(0) - Frame.COUNTED_HEADER_BYTES;
        bodyBytes = 0;
        if (kind == FrameKind.STREAM_CHUNK) {
            chunk = sinks.get().chunkBuffer(headerView.getLong(Frame.ID_OFFSET), bodyLength);
        } else {
            body = bodyLength == 0 ? NO_BODY : new byte[Math.min(bodyLength, FIRST_BODY_BYTES)];
        }
        if (bodyLength == 0) {
            deliver();
        }
    }

    private void readBody(ByteBuf in) throws RpcException {
        int count = Math.min(in.readableBytes(), bodyLength - bodyBytes);
        if (body != null) {
            if (bodyBytes + count > body.length) {
                long doubled = Math.max(2L * body.length, bodyBytes + count);
                body = Arrays.copyOf(body, (int) Math.min(bodyLength, doubled));
            }
            in.readBytes(body, bodyBytes, count);
        } else if (chunk != null) {
            chunk.writeBytes(in, count);
        } else {
            in.skipBytes(count);
        }
        bodyBytes += count;
        if (bodyBytes == bodyLength) {
            deliver();
        }
    }

    private void deliver() throws RpcException {
        FrameKind delivered = kind;
        byte[] deliveredBody = body;
        ByteBuf deliveredChunk = chunk;
        kind = null;
        body = null;
        chunk = null;
        metrics.framesIn.increment();
        long id = headerView.getLong(Frame.ID_OFFSET);
        if (deliveredBody != null) {
            int type = headerView.getShort(Frame.TYPE_OFFSET) & Frame.MAX_TYPE;
            sinks.get().onFrame(delivered, id, type, deliveredBody);
        } else if (deliveredChunk != null) {
            sinks.get().onChunk(id, deliveredChunk);
        }
    }
}
