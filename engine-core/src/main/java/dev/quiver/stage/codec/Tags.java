package dev.quiver.stage.codec;

/** The first byte of each part that can be one of several kinds. */
final class Tags {
    /** In place of any part: it stands in the array of objects. */
    static final int OBJECT = 0;

    static final int COLLECTION = 1;
    static final int RANGE = 2;
    static final int TEXT_FILE = 3;
    static final int CONCATENATE = 4;
    static final int SHUFFLE_READ = 5;
    static final int CO_GROUP = 6;

    static final int ONE_TO_ONE = 1;
    static final int BRANCH = 2;
    static final int GROUPED = 3;
    static final int SHUFFLE = 4;

    static final int COUNT = 1;
    static final int COLLECT = 2;
    static final int HASHED = 3;
    static final int DEALT = 4;

    static final int SCALAR = 1;
    static final int PAIR = 2;
    static final int RECORD = 3;
    static final int ENUM = 4;
    static final int LIST = 5;
    static final int OPTIONAL = 6;
    static final int OPAQUE = 7;
    static final int UNKNOWN = 8;

    private Tags() {}
}
