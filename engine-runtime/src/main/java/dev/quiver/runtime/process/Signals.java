package dev.quiver.runtime.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system. Java offers no other way to outlive one than {@code sun.misc.Signal} of the module
 * {@code jdk.unsupported}; it is called by its name, so that nothing fails where it is missing.
 */
public final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * From now on the signal does nothing but tell.
     *
     * @param name   as {@code TERM}
     * @param action told its name, on a thread of the JVM's own
     * @return false where this is not possible: then the signal does what it always did
     */
    public static boolean handle(String name, Consumer<String> action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object telling = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                        if (method.getName().equals("handle")) {
                            action.accept(name);
                            return null;
                        }
                        return switch (method.getName()) {
                            case "equals" -> self == given[0];
                            case "hashCode" -> System.identityHashCode(self);
                            default -> "handler of SIG" + name;
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), telling);
            return true;
        } catch (InvocationTargetException refused) {
            LOG.debug("SIG{} cannot be handled here", name, refused.getCause());
            return false;
        } catch (ReflectiveOperationException missing) {
            LOG.debug("SIG{} cannot be handled by this JVM", name, missing);
            return false;
        }
    }
}
