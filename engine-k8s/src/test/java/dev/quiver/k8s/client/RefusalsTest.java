package dev.quiver.k8s.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.k8s.allocate.Refusal;
import dev.quiver.k8s.allocate.Refusal.Kind;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final String SERVER = "https://10.0.0.1:6443/";

    private static Refusal of(KubernetesClientException failure) {
        return new Refusals(SERVER, "jobs").of(failure);
    }

    private static KubernetesClientException broken(IOException cause) {
        return new KubernetesClientException("Operation: [create] failed.", cause);
    }

    private static KubernetesClientException said(int code, String reason, String message) {
        Status status = new StatusBuilder()
                .withCode(code)
                .withReason(reason)
                .withMessage(message)
                .build();
        return new KubernetesClientException(message, code, status);
    }

    @Test
    void aServerThatDoesNotAnswerIsNamedWithWhatTheSystemSays() {
        KubernetesClientException refused = broken(new IOException(new ConnectException("Connection\nrefused")));
        assertThat(of(refused))
                .isEqualTo(new Refusal(
                        Kind.UNAVAILABLE,
                        "the API server " + SERVER
                                + " does not answer (Connection refused); check the address after k8s:// and"
                                + " the network to it"));
        assertThat(of(broken(new ConnectException())).text()).contains("does not answer (nobody listens there)");
    }

    @Test
    void onlyARequestWhoseAnswerIsMissingMayHaveBeenFulfilled() {
        Refusals refusals = new Refusals(SERVER, "jobs");
        assertThat(refusals.mayHaveBeenDone(broken(new SocketTimeoutException("read"))))
                .isTrue();
        assertThat(refusals.mayHaveBeenDone(said(500, "InternalError", "etcd is slow")))
                .isTrue();
        assertThat(refusals.mayHaveBeenDone(broken(new ConnectException("refused"))))
                .isFalse();
        assertThat(refusals.mayHaveBeenDone(said(401, "Unauthorized", "Unauthorized")))
                .isFalse();
        assertThat(refusals.mayHaveBeenDone(said(403, "Forbidden", "exceeded quota: small")))
                .isFalse();
    }

    @Test
    void aCertificateThatIsNotTrustedIsForAPersonAndAHandshakeThatBreaksIsNot() {
        SSLHandshakeException distrust = new SSLHandshakeException("PKIX path building failed");
        distrust.initCause(new CertPathBuilderException("unable to find valid certification path"));
        assertThat(of(broken(distrust)).kind()).isEqualTo(Kind.HOPELESS);
        assertThat(of(broken(distrust)).text()).contains("quiver.kubernetes.authenticate.caCertFile");
        assertThat(of(broken(new SSLHandshakeException("Remote host terminated the handshake")))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void anotherKindOfServerIsNotTakenForAMissingNamespace() {
        assertThat(of(said(404, null, "Not Found")).text())
                .contains("what answers at " + SERVER + " is no API server")
                .contains("kubectl cluster-info");
        assertThat(of(said(404, "NotFound", "namespaces \"jobs\" not found")).text())
                .contains("namespace 'jobs'");
    }

    @Test
    void aLoginThatIsNotAcceptedAndAMissingPermissionNameTheMendingEach() {
        assertThat(of(said(401, "Unauthorized", "Unauthorized")).text())
                .contains("does not accept the login (Unauthorized); renew the token");
        assertThat(of(said(403, "Forbidden", "cannot create resource \"pods\"")).text())
                .contains("a permission is missing (cannot create resource \"pods\"); deploy/rbac.yaml");
        assertThat(of(said(403, "Forbidden", "exceeded quota: small")).kind()).isEqualTo(Kind.QUOTA);
    }
}
