package dev.quiver.rpc.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a process needs to prove who it is and to recognise its peers. Holds a private key: never logged, never put into
 * an argument or the environment; a file of it belongs to its reader alone (mode 0600).
 *
 * @param identity the identity its first certificate carries
 * @param key      the private key of that certificate
 * @param chain    its certificates, the end entity first, the trusted one left out
 * @param trusted  the application's authority, the only one trusted
 */
public record TlsMaterial(PeerIdentity identity, PrivateKey key, List<X509Certificate> chain, X509Certificate trusted) {
    /**
     * @throws IllegalArgumentException if the first certificate does not carry {@code identity}
     */
    public TlsMaterial {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(trusted, "trusted");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("TLS material for " + identity + " needs at least its own certificate.");
        }
        try {
            if (!PeerIdentity.of(chain.get(0)).equals(identity)) {
                throw new IllegalArgumentException(
                        "The certificate for " + identity + " carries " + PeerIdentity.of(chain.get(0)) + ".");
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("The certificate for " + identity + " carries no identity.", e);
        }
    }

    /** Key, chain and trusted certificate, in this order, as PEM text in ASCII. Contains the private key. */
    public byte[] toPem() {
        StringBuilder text = new StringBuilder(4096);
        Pem.append(text, Pem.PRIVATE_KEY, key.getEncoded());
        try {
            for (X509Certificate certificate : chain) {
                Pem.append(text, Pem.CERTIFICATE, certificate.getEncoded());
            }
            Pem.append(text, Pem.CERTIFICATE, trusted.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("The certificate of " + identity + " cannot be encoded.", e);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads what {@link #toPem()} wrote. Nothing is validated against a clock or an authority here; the handshake does.
     *
     * @throws GeneralSecurityException if the text is not one private key followed by at least two certificates; the
     *     message holds none of the text
     */
    public static TlsMaterial fromPem(byte[] pem) throws GeneralSecurityException {
        List<Pem.Section> sections = Pem.parse(new String(pem, StandardCharsets.US_ASCII));
        if (sections.size() < 3 || !sections.get(0).label().equals(Pem.PRIVATE_KEY)) {
            throw new GeneralSecurityException("TLS material is one private key followed by its certificate and the "
                    + "trusted one; this text has " + sections.size() + " sections. Was the file written completely?");
        }
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(sections.get(0).content()));
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Section section : sections.subList(1, sections.size())) {
            if (!section.label().equals(Pem.CERTIFICATE)) {
                throw new GeneralSecurityException("TLS material holds only certificates after its private key.");
            }
            certificates.add(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(section.content())));
        }
        int last = certificates.size() - 1;
        return new TlsMaterial(
                PeerIdentity.of(certificates.get(0)), key, certificates.subList(0, last), certificates.get(last));
    }

    /** Names the holder, never the key. */
    @Override
    public String toString() {
        return "TlsMaterial[" + identity + "]";
    }
}
