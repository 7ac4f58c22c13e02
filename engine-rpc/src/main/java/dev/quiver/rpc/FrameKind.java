package dev.quiver.rpc;

/** What a frame is for. The code is what travels; codes are never given a second meaning. */
enum FrameKind {
    HELLO(1),
    CHALLENGE(2),
    PROOF(3),
    WELCOME(4),
    REFUSED(5),

    PING(8),
    PONG(9),
    GOODBYE(10),

    TELL(16),
    ASK(17),
    REPLY_OK(18),
    REPLY_FAILED(19),

    /** From receiver to sender: {@code u32 initial credit | request}. */
    STREAM_OPEN(32),
    /** From receiver to sender: {@code u32 further credit}. */
    STREAM_CREDIT(33),
    STREAM_CANCEL(34),
    /** From sender to receiver. The only kind whose body goes to a pooled buffer. */
    STREAM_CHUNK(35),
    STREAM_END(36),
    STREAM_FAILED(37);

    private static final FrameKind[] BY_CODE = new FrameKind[64];

    static {
        for (FrameKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;

    FrameKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** The kind of this code, or null if there is none. */
    static FrameKind ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
