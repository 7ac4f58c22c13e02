package dev.quiver.serializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.function.MapFunction;
import dev.quiver.lineage.CallSite;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClosureCheckTest {
    private static final CallSite SITE = new CallSite("map", "WordCount.main(WordCount.java:21)");

    private static void refuses(MapFunction<?, ?> function, String message) {
        assertThatThrownBy(() -> ClosureCheck.check(function, SITE))
                .isInstanceOf(NotSerializable.class)
                .hasMessage("map at WordCount.main(WordCount.java:21): " + message);
    }

    static final class ReportJob implements Serializable {
        final int limit = 3;
        final transient Object scratch = new Object();
        Connection connection;

        MapFunction<Integer, Integer> useField() {
            return n -> n + limit;
        }

        MapFunction<Integer, Integer> bound() {
            return this::add;
        }

        int add(int n) {
            return n + limit;
        }
    }

    static final class PlainJob {
        int limit = 3;

        MapFunction<Integer, Integer> useField() {
            return n -> n + limit;
        }

        MapFunction<Integer, Integer> anonymous() {
            return new MapFunction<>() {
                @Override
                public Integer call(Integer n) {
                    return n + limit;
                }
            };
        }
    }

    static final class Holder implements Serializable {
        final Map<String, Object> services = new HashMap<>();
        Holder next;
        Object content;
    }

    private static Connection connection() {
        return (Connection) Proxy.newProxyInstance(
                ClosureCheckTest.class.getClassLoader(), new Class<?>[] {Connection.class}, new Handler());
    }

    private static final class Handler implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return null;
        }
    }

    @Test
    void acceptsWhatCanTravel() {
        int captured = 4;
        List<Integer> list = List.of(1, 2);
        assertThatCode(() -> {
                    ClosureCheck.check((MapFunction<Integer, Integer>) n -> n + captured + list.get(0), SITE);
                    ClosureCheck.check((MapFunction<String, Integer>) String::length, SITE);
                    ClosureCheck.check(new ReportJob().useField(), SITE);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheFieldOfACapturedThis() {
        ReportJob job = new ReportJob();
        job.connection = connection();
        refuses(
                job.useField(),
                "the function captures 'this' of ReportJob, whose field 'connection' (java.sql.Connection)"
                        + " cannot travel to executors: it belongs to this process. Open one inside the function instead,"
                        + " once for each partition with mapPartitions. Copy what you need into a local variable, or make"
                        + " the field transient.");
    }

    @Test
    void namesTheClassOfACapturedThis() {
        refuses(
                new PlainJob().useField(),
                "the function captures 'this' of PlainJob, which cannot travel to executors, because PlainJob is not"
                        + " Serializable. Copy what you need into a local variable, or let the class implement"
                        + " Serializable.");
        refuses(
                new PlainJob().anonymous(),
                "the function captures 'this' of PlainJob, because its class is declared inside it and is not static,"
                        + " which cannot travel to executors, because PlainJob is not Serializable. Copy what you need"
                        + " into a local variable, or let the class implement Serializable.");
    }

    @Test
    void namesTheWholePathOfFields() {
        Holder outer = new Holder();
        outer.next = new Holder();
        outer.next.services.put("thread", new Thread());
        refuses(
                n -> outer.services.size(),
                "the function captures a dev.quiver.serializer.ClosureCheckTest$Holder, whose field 'next.services'"
                        + " (java.lang.Thread) cannot travel to executors: a thread belongs to this process. Tasks"
                        + " already run side by side. Copy what you need into a local variable, or make the field"
                        + " transient.");
    }

    @Test
    void looksIntoFunctionsCapturedByFunctions() {
        MapFunction<Integer, Integer> inner = new PlainJob().useField();
        refuses(
                n -> inner.call(1),
                "the function captures a " + inner.getClass().getTypeName() + " that leads to a dev.quiver.serializer."
                        + "ClosureCheckTest$PlainJob, which cannot travel to executors, because PlainJob is not"
                        + " Serializable. Copy what you need into a local variable, or let the class implement"
                        + " Serializable.");
    }

    @Test
    void saysWhatToDoInsteadOfCapturingTheUsualSuspects() {
        try (Session session = Session.builder().master("fake[1]").create()) {
            Dataset<Long> rows = session.range(3);
            refuses(n -> rows.count(), "a Dataset cannot be used inside a task; collect or broadcast it first");
            refuses(
                    n -> session.range(3),
                    "a Session cannot be used inside a task; only the driver starts jobs. Compute what the function needs"
                            + " before, and capture or broadcast the result");
            assertThatThrownBy(() -> rows.map(n -> rows.first()))
                    .hasMessageMatching("map at ClosureCheckTest\\..*\\(ClosureCheckTest.java:\\d+\\): a Dataset cannot"
                            + " be used inside a task; collect or broadcast it first");
        }
        Stream<Integer> stream = Stream.of(1);
        refuses(n -> stream.count(), "a stream can be read only once. Collect it into a list and capture that");
        Optional<String> maybe = Optional.of("x");
        refuses(
                n -> maybe.get(),
                "the function captures a java.util.Optional, which cannot travel to executors: Java does not serialize an"
                        + " Optional. Capture what it holds, or null, in a local variable");
    }

    @Test
    void survivesObjectsLinkedTooDeeply() {
        Holder first = new Holder();
        Holder last = first;
        for (int depth = 0; depth < 100_000; depth++) {
            last.next = new Holder();
            last = last.next;
        }
        refuses(
                n -> first.services.size(),
                "the function cannot travel to executors: it captures objects that are linked too deeply; capture a list"
                        + " or an array of them");
    }

    @Test
    void readsObjectsWithTheGivenLoaderAndNamesTheMissingJar() {
        byte[] bytes = JavaObjects.write(new LinkedList<>(List.of(int.class, 3, new ReportJob())));
        Object copy = JavaObjects.read(bytes, 0, bytes.length, getClass().getClassLoader());
        assertThat((List<?>) copy).hasSize(3).first().isEqualTo(int.class);
        assertThatThrownBy(() -> JavaObjects.read(bytes, 0, bytes.length, ClassLoader.getPlatformClassLoader()))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("class dev.quiver.serializer.ClosureCheckTest$ReportJob is not on this class path")
                .hasMessageContaining("--jars");
    }

    @Test
    void refusesClassesKnownToRunCodeAndArraysThatFillTheMemory() {
        byte[] gadget = JavaObjects.write(new javax.management.BadAttributeValueExpException("x"));
        assertThatThrownBy(() -> JavaObjects.read(gadget, 0, gadget.length, getClass().getClassLoader()))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("REJECTED");
        byte[] array = JavaObjects.write(new byte[8]);
        // The length of the only array stands four bytes before its elements; claim two billion of them.
        array[array.length - 12] = 0x7F;
        assertThatThrownBy(() -> JavaObjects.read(array, 0, array.length, getClass().getClassLoader()))
                .hasMessageContaining("REJECTED");
    }
}
