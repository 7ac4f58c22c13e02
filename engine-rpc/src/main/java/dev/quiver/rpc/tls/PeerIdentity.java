package dev.quiver.rpc.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a process is: its application, its role in it, and its name, which includes the incarnation where a process can be
 * replaced by another of the same name. Written as {@code quiver://application/role/name}, the only subject alternative
 * name of its certificate. Host names play no part: an executor moves between hosts, its identity does not.
 *
 * @param application the application's id: 1 to 128 of {@code [A-Za-z0-9._-]}, a letter or digit at both ends
 * @param role        what the process may do
 * @param name        unique in its application and role; the same alphabet as the application's id
 */
public record PeerIdentity(String application, PeerRole role, String name) {
    private static final String SCHEME = "quiver://";
    private static final String WORD = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?";
    private static final Pattern WORD_PATTERN = Pattern.compile(WORD);
    private static final Pattern URI_PATTERN = Pattern.compile(SCHEME + "(" + WORD + ")/([a-z]{1,16})/(" + WORD + ")");
    private static final int SUBJECT_ALTERNATIVE_NAME_URI = 6;

    /** The longest text {@link #uri()} can return, in characters (all ASCII). */
    public static final int MAX_URI_LENGTH = SCHEME.length() + 128 + 1 + 16 + 1 + 128;

    public PeerIdentity {
        requireWord(application, "application id");
        Objects.requireNonNull(role, "role");
        requireWord(name, "peer name");
    }

    /** Written out: what Java makes of a record takes tens of milliseconds at the start of every process. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PeerIdentity identity
                && identity.role == role
                && identity.application.equals(application)
                && identity.name.equals(name);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * application.hashCode() + role.hashCode()) + name.hashCode();
    }

    public static PeerIdentity driver(String application, String name) {
        return new PeerIdentity(application, PeerRole.DRIVER, name);
    }

    public static PeerIdentity executor(String application, String name) {
        return new PeerIdentity(application, PeerRole.EXECUTOR, name);
    }

    /**
     * Reads what {@link #uri()} wrote, and nothing else.
     *
     * @throws IllegalArgumentException if the text is anything but one identity; the message does not repeat the text
     */
    public static PeerIdentity parse(CharSequence uri) {
        Matcher matcher = URI_PATTERN.matcher(uri.length() <= MAX_URI_LENGTH ? uri : "");
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a peer identity has the form quiver://application/role/name");
        }
        return new PeerIdentity(matcher.group(1), PeerRole.ofWireName(matcher.group(2)), matcher.group(3));
    }

    /**
     * The identity a certificate was issued for. The certificate is not validated here.
     *
     * @throws CertificateException if it does not carry exactly one identity
     */
    public static PeerIdentity of(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || names.size() != 1) {
            throw new CertificateParsingException("The certificate must carry exactly one subject alternative name, "
                    + "the identity of the peer, but has " + (names == null ? 0 : names.size()) + ".");
        }
        List<?> only = names.iterator().next();
        if (!Integer.valueOf(SUBJECT_ALTERNATIVE_NAME_URI).equals(only.get(0))) {
            throw new CertificateParsingException("The certificate's subject alternative name is not a peer identity.");
        }
        try {
            return parse((String) only.get(1));
        } catch (IllegalArgumentException e) {
            throw new CertificateParsingException(
                    "The certificate's subject alternative name is not a peer identity.", e);
        }
    }

    /** {@code quiver://application/role/name}: ASCII, at most {@link #MAX_URI_LENGTH} characters. */
    public String uri() {
        return SCHEME + application + "/" + role.wireName() + "/" + name;
    }

    @Override
    public String toString() {
        return uri();
    }

    private static void requireWord(String word, String what) {
        if (!WORD_PATTERN.matcher(word).matches()) {
            throw new IllegalArgumentException("The " + what
                    + " must be 1 to 128 letters, digits, dots, underscores or "
                    + "hyphens, with a letter or digit at both ends; it has " + word.length() + " characters"
                    + (word.length() <= 128 ? ": \"" + word.replaceAll("[^\\x20-\\x7e]", "?") + "\"" : "") + ".");
        }
    }
}
