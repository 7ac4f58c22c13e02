package dev.quiver.serializer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Java serialization, for closures and for what they capture: the only place that decodes Java objects, always behind
 * {@link ObjectFilter}. Only for bytes of an authenticated peer.
 */
public final class JavaObjects {
    private JavaObjects() {}

    /**
     * @param object may be null
     * @throws NotSerializable naming the class that cannot be written
     */
    public static byte[] write(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(object);
        } catch (IOException | RuntimeException | StackOverflowError failure) {
            throw new NotSerializable(
                    "cannot serialize a "
                            + (object == null ? "null" : object.getClass().getName()) + ": " + failure,
                    failure);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param loader finds the classes; null for the loader of the calling thread
     * @throws NotSerializable when a class is missing here or refused, or the bytes are not an object
     */
    public static Object read(byte[] bytes, int offset, int length, ClassLoader loader) {
        ClassLoader chosen = loader != null ? loader : Thread.currentThread().getContextClassLoader();
        try (LoadingStream stream = new LoadingStream(new ByteArrayInputStream(bytes, offset, length), chosen)) {
            return stream.readObject();
        } catch (ClassNotFoundException missing) {
            throw new NotSerializable(
                    "class " + missing.getMessage() + " is not on this class path. Most likely the application's jar,"
                            + " or one it needs, was not shipped: name it with --jars or the setting quiver.jars",
                    missing);
        } catch (InvalidClassException refused) {
            throw new NotSerializable("refused to read an object: " + refused.getMessage(), refused);
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError failure) {
            throw new NotSerializable(
                    "cannot read an object of " + length + " bytes: " + failure + hint(failure), failure);
        }
    }

    /** Java tells badly that a lambda's class is here in another version. */
    private static String hint(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("Invalid lambda deserialization") || message.contains("SerializedLambda")) {
                return ". The class that holds this lambda is not the same here as on the driver: ship the very jar that"
                        + " the driver runs";
            }
        }
        return "";
    }

    /** A deep copy; values that cannot change are returned as they are. */
    @SuppressWarnings("unchecked")
    public static <T> T copy(T value) {
        if (Immutability.of(value)) {
            return value;
        }
        byte[] bytes = write(value);
        ClassLoader own = value.getClass().getClassLoader();
        return (T) read(bytes, 0, bytes.length, own);
    }

    /** Resolves classes with the application's loader, which is never the one that Java would pick by itself. */
    private static final class LoadingStream extends ObjectInputStream {
        private static final Map<String, Class<?>> PRIMITIVES = Map.of(
                "boolean",
                boolean.class,
                "byte",
                byte.class,
                "short",
                short.class,
                "char",
                char.class,
                "int",
                int.class,
                "long",
                long.class,
                "float",
                float.class,
                "double",
                double.class,
                "void",
                void.class);

        private final ClassLoader loader;

        LoadingStream(InputStream bytes, ClassLoader loader) throws IOException {
            super(bytes);
            this.loader = loader;
            setObjectInputFilter(ObjectFilter.INSTANCE);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
            Class<?> primitive = PRIMITIVES.get(description.getName());
            return primitive != null ? primitive : Class.forName(description.getName(), false, loader);
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names) throws ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int index = 0; index < names.length; index++) {
                interfaces[index] = Class.forName(names[index], false, loader);
            }
            // Making an instance is the supported way to a proxy's class; this one is dropped at once.
            return Proxy.newProxyInstance(loader, interfaces, (proxy, method, arguments) -> null)
                    .getClass();
        }
    }
}
