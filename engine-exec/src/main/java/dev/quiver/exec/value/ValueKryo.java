package dev.quiver.exec.value;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.SerializerFactory;
import com.esotericsoftware.kryo.serializers.ClosureSerializer;
import com.esotericsoftware.kryo.serializers.CollectionSerializer;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.serializers.FieldSerializer;
import com.esotericsoftware.kryo.serializers.MapSerializer;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import java.io.Externalizable;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.objenesis.strategy.StdInstantiatorStrategy;

/**
 * A Kryo that decides for each class how it is written, so that no class loses state silently and the JDK needs no
 * opened packages:
 *
 * <ul>
 *   <li>classes of the application field by field; but by Java serialization when they say that fields are not all of
 *       it ({@code writeObject}, {@code readObject}, {@code writeReplace}, {@code readResolve}, {@code Externalizable})
 *       or add to a collection, and so are throwables and lambdas
 *   <li>classes of the JDK with a serializer of their own; collections by their elements; the rest by Java
 *       serialization, or they are refused
 * </ul>
 *
 * Not safe for use by many threads.
 */
final class ValueKryo extends Kryo {
    private static final Set<Class<?>> ON_DRIVER =
            Set.of(dev.quiver.Dataset.class, dev.quiver.Keyed.class, dev.quiver.Session.class);

    private static final Set<Class<?>> BY_ELEMENTS = Set.of(
            ArrayList.class,
            LinkedList.class,
            Vector.class,
            Stack.class,
            HashSet.class,
            LinkedHashSet.class,
            ArrayDeque.class,
            CopyOnWriteArrayList.class,
            CopyOnWriteArraySet.class,
            ConcurrentLinkedQueue.class,
            ConcurrentLinkedDeque.class,
            HashMap.class,
            LinkedHashMap.class,
            Hashtable.class,
            ConcurrentHashMap.class);

    ValueKryo(ClassLoader loader) {
        setClassLoader(loader);
        setRegistrationRequired(false);
        setReferences(true);
        FieldSerializer.FieldSerializerConfig fields = new FieldSerializer.FieldSerializerConfig();
        fields.setIgnoreSyntheticFields(false); // what an inner or local class captured is part of its value
        setDefaultSerializer(new SerializerFactory.FieldSerializerFactory(fields));
        setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        JavaBridge bridge = new JavaBridge();
        register(UUID.class, new DefaultSerializers.UUIDSerializer());
        register(AtomicLong.class, new DefaultSerializers.AtomicLongSerializer());
        register(AtomicInteger.class, new DefaultSerializers.AtomicIntegerSerializer());
        register(AtomicBoolean.class, new DefaultSerializers.AtomicBooleanSerializer());
        register(AtomicReference.class, new DefaultSerializers.AtomicReferenceSerializer());
        register(URI.class, new DefaultSerializers.URISerializer());
        register(Pattern.class, bridge);
        register(ClosureSerializer.Closure.class, bridge);
        register(InvocationHandler.class, bridge);
        register(dev.quiver.Pair.class);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Serializer getDefaultSerializer(Class type) {
        if (ON_DRIVER.contains(type)) {
            throw new KryoException("a " + type.getSimpleName()
                    + " lives on the driver and cannot travel; collect the dataset and send its rows");
        }
        if (Throwable.class.isAssignableFrom(type)) {
            return new JavaBridge();
        }
        return isOfJdk(type) ? ofJdk(type) : ofApplication(type);
    }

    private Serializer<?> ofApplication(Class<?> type) {
        boolean serializable = Serializable.class.isAssignableFrom(type);
        if (type.isArray() || type.isEnum() || type.isRecord() || Enum.class.isAssignableFrom(type)) {
            return super.getDefaultSerializer(type);
        }
        boolean collection = Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
        if (serializable && (collection || hasRulesOfItsOwn(type) || extendsStateOfJdk(type))) {
            return new JavaBridge();
        }
        return collection ? new FieldSerializer<>(this, type) : super.getDefaultSerializer(type);
    }

    private Serializer<?> ofJdk(Class<?> type) {
        if (type.isArray() || type.isEnum() || Enum.class.isAssignableFrom(type) || BY_ELEMENTS.contains(type)) {
            return super.getDefaultSerializer(type);
        }
        Serializer<?> copied = CollectionCopies.of(type);
        if (copied != null) {
            return copied;
        }
        Serializer<?> chosen = null;
        try {
            chosen = super.getDefaultSerializer(type);
        } catch (RuntimeException closed) {
            // The JDK does not let Kryo at its fields: treated as having no serializer of its own.
        }
        boolean generic = chosen == null
                || chosen.getClass() == FieldSerializer.class
                || chosen.getClass() == CollectionSerializer.class
                || chosen.getClass() == MapSerializer.class
                || type == java.sql.Timestamp.class;
        if (!generic || type == Object.class || type.isInterface()) {
            return chosen;
        }
        if (Serializable.class.isAssignableFrom(type)) {
            return new JavaBridge();
        }
        throw new KryoException("class " + type.getName() + " cannot travel between processes");
    }

    private static boolean isOfJdk(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        String module = element.getModule().getName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /** Whether a class of the application, or one it extends, takes its serialization into its own hands. */
    private static boolean hasRulesOfItsOwn(Class<?> type) {
        if (Externalizable.class.isAssignableFrom(type)) {
            return true;
        }
        for (Class<?> level = type; level != null && !isOfJdk(level); level = level.getSuperclass()) {
            for (java.lang.reflect.Method method : level.getDeclaredMethods()) {
                switch (method.getName()) {
                    case "writeObject", "readObject", "writeReplace", "readResolve" -> {
                        return true;
                    }
                    default -> {}
                }
            }
        }
        return false;
    }

    /** Whether it extends a class of the JDK that has fields, which only the JDK itself can write. */
    private static boolean extendsStateOfJdk(Class<?> type) {
        Class<?> level = type;
        while (!isOfJdk(level)) {
            level = level.getSuperclass();
        }
        return level != Object.class;
    }
}
