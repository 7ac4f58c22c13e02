package dev.quiver.rpc.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final PeerIdentity EXECUTOR = PeerIdentity.executor("app-1", "exec-3.1");

    private final CertificateAuthority authority = authority("app-1");

    @Test
    void issuesACertificateThatCarriesTheIdentityAndPassesPathValidation() throws Exception {
        TlsMaterial material = authority.issue(EXECUTOR, Duration.ofHours(1));

        X509Certificate certificate = material.chain().get(0);
        assertThat(PeerIdentity.of(certificate)).isEqualTo(EXECUTOR);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=exec-3.1,OU=executor,O=app-1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getKeyUsage()).startsWith(true, false, false, false, false, false, false, false, false);
        assertThat(certificate.getNotAfter()).isEqualTo(Date.from(NOW.plus(Duration.ofHours(1))));
        assertThat(certificate.getSerialNumber().signum()).isPositive();
        validate(certificate, authority.certificate(), NOW);
    }

    @Test
    void writesAnAuthorityThatMaySignEndEntitiesOnly() {
        assertThat(authority.certificate().getBasicConstraints()).isZero();
        assertThat(authority.certificate().getKeyUsage()[5]).isTrue();
        assertThat(authority.certificate().getKeyUsage()[0]).isFalse();
    }

    @Test
    void isRefusedByPathValidationUnderAnotherAuthority() {
        X509Certificate certificate =
                authority.issue(EXECUTOR, Duration.ofHours(1)).chain().get(0);

        assertThatThrownBy(() -> validate(certificate, authority("app-1").certificate(), NOW))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void isRefusedByPathValidationAfterItsEnd() {
        X509Certificate certificate =
                authority.issue(EXECUTOR, Duration.ofHours(1)).chain().get(0);

        assertThatThrownBy(() -> validate(certificate, authority.certificate(), NOW.plus(Duration.ofHours(2))))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("validity check failed");
    }

    @Test
    void cannotBeUsedAsAnAuthorityItself() throws Exception {
        TlsMaterial stolen = authority.issue(EXECUTOR, Duration.ofHours(1));
        PeerIdentity forged = PeerIdentity.driver("app-1", "driver");
        X509Certificate certificate = new CertificateWriter(
                        stolen.key(), stolen.chain().get(0).getPublicKey(), "app-1")
                .writePeer(
                        new byte[16],
                        NOW,
                        NOW.plusSeconds(60),
                        forged,
                        stolen.chain().get(0).getPublicKey());

        assertThatThrownBy(() -> validate(certificate, authority.certificate(), NOW))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void writesDatesBeyond2049WithFourDigitYears() throws Exception {
        CertificateAuthority late = new CertificateAuthority(
                "app-1", Clock.fixed(Instant.parse("2060-02-29T00:00:00Z"), ZoneOffset.UTC), new SecureRandom());

        assertThat(late.issue(EXECUTOR, Duration.ofHours(1)).chain().get(0).getNotAfter())
                .isEqualTo(Date.from(Instant.parse("2060-02-29T01:00:00Z")));
    }

    @Test
    void cutsTheValidityAtItsOwnEnd() {
        assertThat(authority
                        .issue(EXECUTOR, Duration.ofDays(4000))
                        .chain()
                        .get(0)
                        .getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void issuesNothingForAnotherApplication() {
        assertThatThrownBy(() -> authority.issue(PeerIdentity.executor("app-2", "exec-1.0"), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("app-2");
    }

    @Test
    void survivesTheTripThroughPemText() throws Exception {
        TlsMaterial material = authority.issue(EXECUTOR, Duration.ofHours(1));

        TlsMaterial read = TlsMaterial.fromPem(material.toPem());

        assertThat(read).isEqualTo(material);
        assertThat(new String(material.toPem(), StandardCharsets.US_ASCII))
                .startsWith("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END CERTIFICATE-----\n");
    }

    @Test
    void refusesPemTextThatWasCutAnywhereWithoutRepeatingIt() {
        byte[] pem = authority.issue(EXECUTOR, Duration.ofHours(1)).toPem();
        for (int length = 0; length < pem.length - 1; length += 7) {
            byte[] cut = Arrays.copyOf(pem, length);
            assertThatThrownBy(() -> TlsMaterial.fromPem(cut))
                    .as("the first %d of %d bytes", length, pem.length)
                    .isInstanceOf(GeneralSecurityException.class)
                    .hasMessageNotContaining("BEGIN");
        }
    }

    @Test
    void neverShowsTheKeyInItsText() {
        TlsMaterial material = authority.issue(EXECUTOR, Duration.ofHours(1));

        assertThat(material).hasToString("TlsMaterial[quiver://app-1/executor/exec-3.1]");
    }

    private static CertificateAuthority authority(String application) {
        return new CertificateAuthority(application, Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
    }

    private static void validate(X509Certificate certificate, X509Certificate trusted, Instant at) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(trusted, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }
}
