package dev.quiver.k8s;

import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server in this process that keeps what it is given, counts what it is asked, and can be told to misbehave. Calls
 * are named by verb and resource, such as {@code POST pods}; a watch is {@code WATCH pods}.
 */
final class FaultyServer extends Dispatcher implements AutoCloseable {
    private static final Pattern PATH = Pattern.compile("/api/v1/namespaces/[^/]+/([a-z]+).*");
    private static final int GONE = 410;
    private static final int UNAVAILABLE = 503;

    private final KubernetesCrudDispatcher objects = new KubernetesCrudDispatcher();
    private final KubernetesMockServer server =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), this, false);
    private final Map<String, Queue<Fault>> next = new ConcurrentHashMap<>();
    private final Map<String, Fault> always = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<WebSocket> watches = new CopyOnWriteArrayList<>();

    /** What goes wrong with a call. */
    interface Fault {
        MockResponse answer(KubernetesCrudDispatcher objects, RecordedRequest request);
    }

    FaultyServer() {
        server.init();
    }

    NamespacedKubernetesClient client() {
        return server.createClient();
    }

    String address() {
        return server.url("/");
    }

    /** The next calls of this name go wrong in these ways, one each. */
    void next(String call, Fault... faults) {
        next.computeIfAbsent(call, name -> new ConcurrentLinkedQueue<>()).addAll(List.of(faults));
    }

    /** Calls of this name go wrong until {@link #heal}. */
    void always(String call, Fault fault) {
        always.put(call, fault);
    }

    void heal() {
        always.clear();
        next.clear();
    }

    int calls(String call) {
        return (int) calls.stream().filter(call::equals).count();
    }

    /** The server says no, with a code and a message. */
    static Fault refusal(int code, String message) {
        return (objects, request) -> status(code, "", message);
    }

    /** The server does what it was asked, but its answer never arrives. */
    static Fault lostAnswer() {
        return (objects, request) -> {
            objects.dispatch(request);
            return status(UNAVAILABLE, "", "the answer was lost");
        };
    }

    /** A watch whose place in history is forgotten, and which hears of nothing until {@link #endWatches}. */
    static Fault expiringWatch(FaultyServer server) {
        return (objects, request) -> new MockResponse().withWebSocketUpgrade(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                server.watches.add(socket);
            }
        });
    }

    /** Ends those watches as a server does that has forgotten their place in history. */
    void endWatches() {
        watches.forEach(socket -> socket.send(
                "{\"type\":\"ERROR\",\"object\":" + body(GONE, "Expired", "too old resource version") + "}"));
        watches.clear();
    }

    boolean isWatchedDeafly() {
        return !watches.isEmpty();
    }

    private static MockResponse status(int code, String reason, String message) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(body(code, reason, message));
    }

    private static String body(int code, String reason, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + code + ",\"reason\":\""
                + reason + "\",\"message\":\"" + message + "\"}";
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        String call = name(request);
        calls.add(call);
        Queue<Fault> faults = next.get(call);
        Fault fault = faults == null ? null : faults.poll();
        if (fault == null) {
            fault = always.get(call);
        }
        if (fault != null) {
            return fault.answer(objects, request);
        }
        return exists(call, request) ? status(409, "AlreadyExists", "already exists") : objects.dispatch(request);
    }

    /** The store itself would not mind a second object of a name. */
    private boolean exists(String call, RecordedRequest request) {
        if (!call.startsWith("POST ")) {
            return false;
        }
        Matcher name = Pattern.compile("\"name\":\"(quiver-[^\"]+)\"").matcher(text(request));
        return name.find()
                && objects.handleGet(request.getPath() + "/" + name.group(1)).code() == 200;
    }

    /** Looked at without being taken from who reads it next. */
    private static String text(RecordedRequest request) {
        return new String(request.getBody().getBytes(), StandardCharsets.UTF_8);
    }

    private static String name(RecordedRequest request) {
        Matcher path = PATH.matcher(request.getPath());
        String resource = path.matches() ? path.group(1) : request.getPath();
        String verb = request.getPath().contains("watch=true") ? "WATCH" : request.getMethod();
        return verb + " " + resource;
    }

    @Override
    public void close() {
        server.destroy();
    }
}
