package dev.quiver.runtime.protocol;

/**
 * Type numbers of all messages, one space for tells, asks and streams. A number is never given a second meaning; a change
 * of a message's layout takes a new number and a new {@link #PROTOCOL_VERSION}.
 */
public final class MessageType {
    /** Driver and executors of different versions refuse each other when they connect. */
    public static final int PROTOCOL_VERSION = 4;

    // Driver to executor, tells.
    // 1 to 3 named programs by a hash.
    static final int CANCEL_STAGE = 4;
    static final int REMOVE_SHUFFLE = 5;
    static final int REMOVE_DATASET = 6;
    static final int REMOVE_BROADCAST = 7;
    static final int REMOVE_BLOCK = 8;
    static final int SHUTDOWN = 9;
    static final int INSTALL_PROGRAM = 10;
    static final int FORGET_PROGRAM = 11;
    static final int LAUNCH_TASKS = 12;
    static final int COPY_BLOCK = 13;
    static final int CANCEL_TASK = 14;
    static final int TAKE_OUTPUTS = 15;
    static final int FORGET_LOCATIONS = 16;
    static final int LEAVE = 17;

    // Executor to driver, tells.
    // 32 told of blocks without their level.
    static final int HEARTBEAT = 33;
    static final int READY = 34;
    static final int REPORT = 35;
    static final int LEAVING = 36;
    static final int OUTPUTS_TAKEN = 37;

    // Executor to driver, asks.
    static final int REGISTER = 64;
    static final int LOCATE_SHUFFLE = 65;
    static final int LOCATE_BLOCK = 66;
    static final int LOCATE_EXECUTOR = 67;
    static final int REQUEST_COMMIT = 68;
    static final int DESCRIBE_BROADCAST = 69;
    static final int NEXT_CHUNK = 70;
    static final int MEET_AT_BARRIER = 71;

    // Streams, to whoever holds the data.
    public static final int FETCH_SHUFFLE = 96;
    public static final int FETCH_BLOCK = 97;
    public static final int FETCH_ARTIFACT = 98;

    private MessageType() {}
}
