package dev.quiver.serializer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Java serialization behind a filter: the only place of the engine that opens an object stream. For closures, and for
 * what no other serializer can write; never for bytes of someone who was not authenticated.
 */
public final class JavaObjects {
    private static final int MAX_DEPTH = 10_000;
    private static final long MAX_ARRAY = 1L << 28;

    /** Packages whose classes are known to do harm when they are read. */
    private static final List<String> REJECTED = List.of(
            "org.apache.commons.collections.functors.",
            "org.apache.commons.collections4.functors.",
            "org.apache.commons.collections4.comparators.",
            "org.apache.commons.beanutils.",
            "org.apache.xalan.",
            "com.sun.org.apache.xalan.",
            "com.sun.rowset.",
            "com.mchange.v2.c3p0.",
            "org.codehaus.groovy.runtime.",
            "org.springframework.beans.factory.",
            "org.springframework.aop.",
            "org.mozilla.javascript.",
            "org.hibernate.engine.",
            "org.python.core.",
            "bsh.",
            "java.rmi.server.",
            "sun.rmi.",
            "javax.management.");

    private JavaObjects() {}

    /**
     * An object as bytes.
     *
     * @throws NotSerializable when some part of it cannot be written
     */
    public static byte[] write(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (NotSerializableException refused) {
            throw new NotSerializable("class " + refused.getMessage() + " does not implement java.io.Serializable",
                    refused);
        } catch (IOException | StackOverflowError failure) {
            throw new NotSerializable("cannot write a " + value.getClass().getName() + ": " + failure, failure);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param loader resolves the classes
     * @throws NotSerializable when the bytes are no object, hold a class that is missing or refused, or are too deep
     */
    public static Object read(byte[] bytes, int offset, int length, ClassLoader loader) {
        try (ObjectInputStream in = new LoaderStream(new ByteArrayInputStream(bytes, offset, length), loader)) {
            in.setObjectInputFilter(JavaObjects::check);
            return in.readObject();
        } catch (ClassNotFoundException missing) {
            throw new NotSerializable("class " + missing.getMessage() + " is missing in this process; add the jar"
                    + " that holds it to the application", missing);
        } catch (IOException | ClassCastException | StackOverflowError failure) {
            throw new NotSerializable("cannot read a serialized object: " + failure, failure);
        }
    }

    private static ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info) {
        if (info.depth() > MAX_DEPTH || info.arrayLength() > MAX_ARRAY) {
            return ObjectInputFilter.Status.REJECTED;
        }
        Class<?> type = info.serialClass();
        if (type != null) {
            for (String prefix : REJECTED) {
                if (type.getName().startsWith(prefix)) {
                    return ObjectInputFilter.Status.REJECTED;
                }
            }
        }
        return ObjectInputFilter.Status.UNDECIDED;
    }

    /** Resolves classes, and the interfaces of proxies, with the application's loader. */
    private static final class LoaderStream extends ObjectInputStream {
        private final ClassLoader loader;

        LoaderStream(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException absent) {
                return super.resolveClass(description);
            }
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names) throws ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int index = 0; index < names.length; index++) {
                interfaces[index] = Class.forName(names[index], false, loader);
            }
            return Proxy.newProxyInstance(loader, interfaces, (proxy, method, arguments) -> null).getClass();
        }
    }
}
