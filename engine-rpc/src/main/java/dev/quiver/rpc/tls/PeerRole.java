package dev.quiver.rpc.tls;

import java.util.Locale;

/** What a process is in its application. A key issued for one role is worth nothing in another. */
public enum PeerRole {
    /** Owns the scheduler state of the application. */
    DRIVER,
    /** Runs tasks; user code may be running beside this key. */
    EXECUTOR;

    /** The role as it is written in identities: lower case, ASCII. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static PeerRole ofWireName(String wireName) {
        for (PeerRole role : values()) {
            if (role.wireName().equals(wireName)) {
                return role;
            }
        }
        throw new IllegalArgumentException("a peer's role is driver or executor");
    }
}
