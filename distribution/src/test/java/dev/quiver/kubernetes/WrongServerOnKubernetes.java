package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.quiver.kubernetes.Commands.Ended;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An API server that is not the right one, or does not know who asks: said in one line, soon, and nothing is left. */
class WrongServerOnKubernetes extends ClusterTest {
    private static final double MOST_SECONDS = 45;

    private void says(Ended end, String... words) {
        assertThat(end.code()).as(end.err()).isNotZero();
        List<String> ownLines =
                end.err().lines().filter(line -> line.startsWith("quiver: ")).toList();
        assertThat(ownLines).as(end.err()).hasSize(1).first().asString().contains(words);
        assertThat(end.err()).doesNotContain("may be left").doesNotContain("\tat ");
        assertThat(end.seconds()).isLessThan(MOST_SECONDS);
        System.out.printf("after %.1f s: %s%n", end.seconds(), ownLines.get(0));
    }

    private Ended at(String address, String mode, String... settings) throws Exception {
        List<String> options = new ArrayList<>(List.of("--num-executors", "1"));
        for (String setting : settings) {
            options.addAll(List.of("--conf", setting));
        }
        return commands.startAt(address, mode, options, "shuffle", "1", "1").await();
    }

    @ParameterizedTest
    @CsvSource({
        "client,https://127.0.0.1:1,does not answer",
        "cluster,https://127.0.0.1:1,does not answer",
        "client,https://nosuch.invalid:6443,cannot be found",
        "cluster,https://nosuch.invalid:6443,does not answer"
    })
    void nobodyIsThere(String mode, String address, String words) throws Exception {
        says(at(address, mode), address, words, "check the address after k8s://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "cluster"})
    void itsCertificateIsNotTrusted(String mode) throws Exception {
        commands.set("KUBECONFIG", Files.createFile(folder.resolve("empty")).toString());
        says(
                at(cluster.getConfiguration().getMasterUrl(), mode),
                "proves itself by a certificate that is not trusted",
                "quiver.kubernetes.authenticate.caCertFile");
    }

    @ParameterizedTest
    @CsvSource({
        "client,http,404",
        "cluster,http,404",
        "client,http,200",
        "cluster,http,200",
        "client,https,404",
        "cluster,https,404"
    })
    void itIsNoApiServer(String mode, String scheme, int code) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = "<html>Welcome</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            String address = scheme + "://127.0.0.1:" + server.getAddress().getPort();
            says(at(address, mode), address, scheme.equals("http") ? "is no API server" : "does not answer");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "cluster"})
    void theTokenIsNotValidAnyMore(String mode) throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, tokenOfADeletedAccount());
        commands.set("KUBECONFIG", Files.createFile(folder.resolve("empty")).toString());
        says(
                at(
                        cluster.getConfiguration().getMasterUrl(),
                        mode,
                        "quiver.kubernetes.authenticate.oauthTokenFile=" + token,
                        "quiver.kubernetes.authenticate.caCertFile=" + authority()),
                "does not accept the login",
                "renew the token");
        assertNothingIsLeft();
    }

    @Test
    void aTokenThatIsValidIsEnough() throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, token("quiver-driver"));
        commands.set("KUBECONFIG", Files.createFile(folder.resolve("empty")).toString());
        Ended end = at(
                cluster.getConfiguration().getMasterUrl(),
                "client",
                "quiver.kubernetes.authenticate.oauthTokenFile=" + token,
                "quiver.kubernetes.authenticate.caCertFile=" + authority());
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).endsWith(sums());
        assertNothingIsLeft();
    }

    private String tokenOfADeletedAccount() {
        cluster.serviceAccounts()
                .inNamespace(namespace)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("gone")
                        .endMetadata()
                        .build())
                .create();
        String token = token("gone");
        cluster.serviceAccounts().inNamespace(namespace).withName("gone").delete();
        return token;
    }

    private String token(String account) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(3600L)
                .endSpec()
                .build();
        return cluster.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** The authority of the cluster, in a file, wherever the configuration of this test has it. */
    private Path authority() throws Exception {
        String file = cluster.getConfiguration().getCaCertFile();
        if (file != null) {
            return Path.of(file);
        }
        byte[] pem = Base64.getDecoder().decode(cluster.getConfiguration().getCaCertData());
        return Files.write(folder.resolve("ca.pem"), pem);
    }
}
