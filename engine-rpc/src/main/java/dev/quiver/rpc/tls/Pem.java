package dev.quiver.rpc.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Labelled base64 between {@code -----BEGIN} and {@code -----END} lines, as every TLS tool reads and writes it. */
final class Pem {
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String CERTIFICATE = "CERTIFICATE";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LINE_LENGTH = 64;

    private Pem() {}

    /** One labelled part of a text. */
    record Section(String label, byte[] content) {}

    static void append(StringBuilder text, String label, byte[] content) {
        Base64.Encoder encoder = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});
        text.append(BEGIN).append(label).append(DASHES).append('\n');
        text.append(new String(encoder.encode(content), StandardCharsets.US_ASCII))
                .append('\n');
        text.append(END).append(label).append(DASHES).append('\n');
    }

    static List<Section> parse(String text) throws GeneralSecurityException {
        List<Section> sections = new ArrayList<>();
        int at = 0;
        while ((at = text.indexOf(BEGIN, at)) >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            String closing = END + label + DASHES;
            int end = labelEnd < 0 ? -1 : text.indexOf(closing, labelEnd);
            if (end < 0) {
                throw new GeneralSecurityException("The PEM text ends inside its section " + (sections.size() + 1)
                        + ". Was the file written completely?");
            }
            try {
                sections.add(new Section(
                        label,
                        Base64.getMimeDecoder()
                                .decode(text.substring(labelEnd + DASHES.length(), end)
                                        .strip())));
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException(
                        "Section " + (sections.size() + 1) + " of the PEM text is not base64.", e);
            }
            at = end + closing.length();
        }
        return sections;
    }
}
