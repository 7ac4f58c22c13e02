package dev.quiver.rpc;

import dev.quiver.rpc.tls.PeerIdentity;
import dev.quiver.rpc.tls.TlsMaterial;
import java.util.Objects;
import java.util.function.Supplier;

/** How a process proves who it is. There is no third way, and none without proof. */
public sealed interface Credentials {
    /** Bytes of a shared secret. */
    int SECRET_BYTES = 32;

    /** Who this process claims to be, and must prove to be. */
    PeerIdentity identity();

    /** Mutual TLS 1.3 with a certificate of the application's authority: the normal case. */
    static Credentials tls(TlsMaterial material) {
        return new Certificate(material.identity(), () -> material);
    }

    /**
     * As {@link #tls(TlsMaterial)}, with the material made when it is first needed, on a thread of the transport: a
     * process can listen while its keys are still being generated. Asked once.
     */
    static Credentials tls(PeerIdentity identity, Supplier<TlsMaterial> material) {
        return new Certificate(identity, material);
    }

    /**
     * TLS off: both sides prove that they know a secret, and nothing is encrypted. Whoever can read or change the
     * traffic of this machine's interfaces can read and change messages, so this is for tests and measurements on
     * loopback.
     *
     * @param secret {@value #SECRET_BYTES} random bytes, known to the processes of the application only
     */
    static Credentials sharedSecretWithoutEncryption(PeerIdentity identity, byte[] secret) {
        return new SharedSecret(identity, secret.clone());
    }

    /** See {@link #tls(PeerIdentity, Supplier)}. */
    record Certificate(PeerIdentity identity, Supplier<TlsMaterial> material) implements Credentials {
        public Certificate {
            Objects.requireNonNull(identity, "identity");
            Objects.requireNonNull(material, "material");
        }
    }

    /** See {@link #sharedSecretWithoutEncryption}. */
    record SharedSecret(PeerIdentity identity, byte[] secret) implements Credentials {
        public SharedSecret {
            Objects.requireNonNull(identity, "identity");
            if (secret.length != SECRET_BYTES) {
                throw new IllegalArgumentException("The shared secret must have " + SECRET_BYTES + " random bytes, not "
                        + secret.length + ". Draw it from java.security.SecureRandom.");
            }
        }

        /** Names the holder, never the secret. */
        @Override
        public String toString() {
            return "SharedSecret[" + identity + "]";
        }
    }
}
