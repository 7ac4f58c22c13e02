package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending side of one stream. A worker thread produces and waits here, the I/O thread consumes; the lock guards
 * everything that is not final.
 * <pre>
 *   open ──end() or fail()──► last frame queued ──written──► over
 *    └──cancelled by the receiver, or connection closed──► over (queue dropped, waiting worker woken)
 * </pre>
 */
final class OutboundStream implements StreamSender {
    private static final int MEMORY_TRIES = 10;
    private static final long MEMORY_PAUSE_NANOS = 50_000_000;

    private final long id;
    private final Channel channel;
    private final Outbound outbound;
    private final StreamMemory memory;
    private final Runnable onOver;
    private final int chunkBytes;
    private final int queueLimit;
    private final Duration stall;
    private final boolean zeroCopy;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> queue = new ArrayDeque<>();
    private long credit;
    private long unwrittenBytes;
    private boolean listed;
    private boolean finishing;
    private RpcException over;
    private final List<Runnable> watchers = new ArrayList<>(1);

    /** One frame to be: a buffer, a file's range, or the last frame with its text. */
    private record Piece(FrameKind kind, ByteBuf buffer, FileSlice file, byte[] text, int bytes) {
        void release(StreamMemory memory) {
            if (buffer != null) {
                buffer.release();
                memory.unqueued(bytes);
            }
            if (file != null) {
                file.release();
            }
        }
    }

    OutboundStream(
            long id,
            Channel channel,
            Outbound outbound,
            RpcSettings settings,
            StreamMemory memory,
            long credit,
            boolean zeroCopy,
            Runnable onOver) {
        this.id = id;
        this.channel = channel;
        this.outbound = outbound;
        this.memory = memory;
        this.onOver = onOver;
        this.chunkBytes = settings.limits().chunk();
        this.queueLimit = settings.limits().streamSendBuffer();
        this.stall = settings.timeouts().streamStall();
        this.credit = credit;
        this.zeroCopy = zeroCopy;
    }

    @Override
    public void send(ByteBuffer data) throws RpcException {
        requireWorkerThread();
        while (data.hasRemaining()) {
            int bytes = awaitCredit(data.remaining());
            ByteBuf buffer = room(bytes);
            memory.queued(bytes);
            ByteBuffer piece = data.duplicate().limit(data.position() + bytes);
            buffer.writeBytes(piece);
            add(new Piece(FrameKind.STREAM_CHUNK, buffer, null, null, bytes));
            data.position(data.position() + bytes);
        }
    }

    @Override
    public void send(FileChannel file, long offset, long length) throws IOException {
        requireWorkerThread();
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("A file has no range of " + length + " bytes at " + offset + ".");
        }
        if (file.size() < offset + length) {
            throw new EOFException("The file has " + file.size() + " bytes, but " + length + " bytes at " + offset
                    + " were to be sent.");
        }
        if (zeroCopy) {
            sendSlices(file, offset, length);
        } else {
            sendCopies(file, offset, length);
        }
    }

    private void sendSlices(FileChannel file, long offset, long length) throws RpcException {
        boolean queuedAll = false;
        try {
            for (long sent = 0; sent < length; ) {
                int bytes = awaitCredit(length - sent);
                add(new Piece(FrameKind.STREAM_CHUNK, null, new FileSlice(file, offset + sent, bytes), null, bytes));
                sent += bytes;
            }
            queuedAll = true;
        } finally {
            awaitWritten(!queuedAll); // until then the file is in use
        }
        lock.lock();
        try {
            if (over != null) {
                throw over;
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendCopies(FileChannel file, long offset, long length) throws IOException {
        for (long sent = 0; sent < length; ) {
            int bytes = awaitCredit(length - sent);
            ByteBuf buffer = room(bytes);
            try {
                while (buffer.isWritable()) {
                    long position = offset + sent + buffer.readableBytes();
                    if (buffer.writeBytes(file, position, buffer.writableBytes()) < 0) {
                        throw new EOFException("The file ended at " + position + " while it was being sent.");
                    }
                }
                buffer.retain();
            } finally {
                buffer.release();
            }
            memory.queued(bytes);
            add(new Piece(FrameKind.STREAM_CHUNK, buffer, null, null, bytes));
            sent += bytes;
        }
    }

    /** A buffer for a piece. Where there is no memory for it now, it waits: others are about to give some back. */
    private ByteBuf room(int bytes) throws RpcException {
        for (int attempt = 1; ; attempt++) {
            try {
                return channel.alloc().directBuffer(bytes, bytes);
            } catch (OutOfMemoryError noneNow) {
                if (attempt == MEMORY_TRIES) {
                    throw noneNow;
                }
            }
            lock.lock();
            try {
                await(MEMORY_PAUSE_NANOS * attempt);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void end() {
        finish(FrameKind.STREAM_END, new byte[0]);
    }

    @Override
    public void fail(String message) {
        finish(FrameKind.STREAM_FAILED, PeerText.write(message, PeerText.FAILURE_LENGTH));
    }

    @Override
    public boolean isDone() {
        lock.lock();
        try {
            return finishing || over != null;
        } finally {
            lock.unlock();
        }
    }

    /** The receiver lets this side send more. */
    void grant(long bytes) throws RpcException {
        lock.lock();
        try {
            credit += bytes;
            if (credit > Integer.MAX_VALUE) {
                throw new RpcException.MalformedFrame(
                        "A stream was granted more than " + Integer.MAX_VALUE + " bytes.");
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Cancelled, or the connection is gone. What was queued is dropped. */
    void abort(RpcException cause) {
        lock.lock();
        try {
            if (over != null) {
                return;
            }
            over = cause;
            dropQueue();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onOver.run();
        watchers.forEach(Runnable::run); // none is added once the stream is over
    }

    @Override
    public void onOver(Runnable callback) {
        lock.lock();
        try {
            if (over == null) {
                watchers.add(callback);
                return;
            }
        } finally {
            lock.unlock();
        }
        callback.run();
    }

    /** Writes the next frame, on the I/O thread. Returns whether there was one. */
    boolean writeNext(Outbound target) {
        Piece piece;
        boolean more;
        lock.lock();
        try {
            piece = queue.poll();
            more = !queue.isEmpty();
            listed = more;
        } finally {
            lock.unlock();
        }
        if (piece == null) {
            return false;
        }
        if (piece.kind() == FrameKind.STREAM_CHUNK) {
            Object body = piece.buffer() != null ? piece.buffer() : piece.file();
            target.writeStreamFrame(this, target.header(piece.kind(), id, piece.bytes()), body, piece.bytes());
        } else {
            ByteBuf header = channel.alloc().directBuffer(Frame.HEADER_BYTES + piece.text().length);
            Frame.writeHeader(header, piece.kind(), id, 0, piece.text().length);
            target.writeStreamFrame(this, header.writeBytes(piece.text()), null, 0);
            abort(new RpcException.ConnectionClosed("The stream has ended.", null));
        }
        if (more) {
            target.stillReady(this);
        }
        return true;
    }

    /** @param buffered whether they were in a buffer of this stream, not in a file */
    void onWritten(int bytes, boolean buffered) {
        if (buffered) {
            memory.unqueued(bytes);
        }
        lock.lock();
        try {
            unwrittenBytes -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void finish(FrameKind kind, byte[] text) {
        lock.lock();
        try {
            if (finishing || over != null) {
                return;
            }
            finishing = true;
        } finally {
            lock.unlock();
        }
        add(new Piece(kind, null, null, text, 0));
    }

    private void add(Piece piece) {
        boolean list;
        lock.lock();
        try {
            if (over != null) {
                piece.release(memory);
                return; // the next awaitCredit tells the worker
            }
            queue.add(piece);
            unwrittenBytes += piece.bytes();
            list = !listed;
            listed = true;
        } finally {
            lock.unlock();
        }
        if (list) {
            outbound.ready(this);
        }
    }

    /** Blocks until some bytes may be queued, at most one chunk, and takes the credit for them. */
    private int awaitCredit(long wanted) throws RpcException {
        lock.lock();
        try {
            long nanos = stall.toNanos();
            while (over == null && !finishing && (credit == 0 || unwrittenBytes >= mostQueued())) {
                nanos = await(nanos);
                if (nanos <= 0) {
                    throw new RpcException.StreamStalled(
                            "The receiver at " + channel.remoteAddress() + " took nothing for " + stall
                                    + ": it had granted " + credit + " bytes and " + unwrittenBytes + " were unsent.");
                }
            }
            if (over != null) {
                throw over;
            }
            if (finishing) {
                throw new IllegalStateException("This stream was ended; nothing can be sent on it.");
            }
            int most = memory.isShort() ? Math.min(queueLimit, StreamMemory.LEAST_BYTES) : queueLimit;
            int bytes = (int) Math.min(Math.min(wanted, credit), Math.min(chunkBytes, most));
            credit -= bytes;
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes from which on this stream waits until some are written. With little memory it has one piece under way. */
    private int mostQueued() {
        return memory.isShort() ? 1 : queueLimit;
    }

    /**
     * Blocks until nothing of this stream is queued or in the network layer, even if the thread is interrupted: then, and
     * on request, what is still queued is dropped, so that this takes as long as the bytes in flight.
     */
    private void awaitWritten(boolean dropQueued) {
        boolean drop = dropQueued;
        boolean interrupted = false;
        lock.lock();
        try {
            long nanos = stall.toNanos();
            while (unwrittenBytes > 0) {
                if (drop) {
                    dropQueue();
                }
                long before = unwrittenBytes;
                try {
                    nanos = before == 0 ? 0 : changed.awaitNanos(nanos);
                } catch (InterruptedException e) {
                    interrupted = true;
                    drop = true;
                }
                if (unwrittenBytes < before) {
                    nanos = stall.toNanos();
                } else if (nanos <= 0 && before > 0) {
                    channel.close(); // the file cannot be given back while the network layer may still read it
                    nanos = stall.toNanos();
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void dropQueue() {
        for (Piece piece : queue) {
            unwrittenBytes -= piece.bytes();
            piece.release(memory);
        }
        queue.clear();
    }

    private long await(long nanos) throws RpcException {
        try {
            return changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RpcException.StreamCancelled("The thread sending this stream was interrupted.");
        }
    }

    private void requireWorkerThread() {
        if (Thread.currentThread() instanceof IoThread) {
            throw new IllegalStateException("StreamSender.send blocks and was called on the I/O thread "
                    + Thread.currentThread().getName() + ". Hand the sender to a worker thread.");
        }
    }
}
