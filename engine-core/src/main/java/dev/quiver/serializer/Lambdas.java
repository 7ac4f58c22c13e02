package dev.quiver.serializer;

import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;

/** Looks into serializable lambdas and method references, by the form in which Java serializes them. */
public final class Lambdas {
    private Lambdas() {}

    /** The serialized form of a lambda or method reference; empty for an object of an ordinary class. */
    public static Optional<SerializedLambda> serializedForm(Object function) {
        if (function == null || !function.getClass().isSynthetic()) {
            return Optional.empty();
        }
        try {
            Method writeReplace = function.getClass().getDeclaredMethod("writeReplace");
            writeReplace.setAccessible(true);
            return writeReplace.invoke(function) instanceof SerializedLambda lambda
                    ? Optional.of(lambda)
                    : Optional.empty();
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException | RuntimeException hidden) {
            return Optional.empty();
        }
    }

    /** Whether a function is a method reference to this method. */
    public static boolean isReferenceTo(Object function, Class<?> type, String method) {
        return serializedForm(function)
                .filter(lambda -> lambda.getImplClass().equals(type.getName().replace('.', '/'))
                        && lambda.getImplMethodName().equals(method))
                .isPresent();
    }

    /** The type a function returns, generic where a named method behind it says so; empty where nothing is known. */
    public static Optional<Type> resultType(Serializable function) {
        return serializedForm(function).flatMap(lambda -> {
            ClassLoader loader = function.getClass().getClassLoader();
            try {
                Class<?> promised = returnType(lambda.getInstantiatedMethodType(), loader);
                Class<?> actual = lambda.getImplMethodKind() == MethodHandleInfo.REF_newInvokeSpecial
                        ? load(lambda.getImplClass(), loader)
                        : returnType(lambda.getImplMethodSignature(), loader);
                Type generic = genericType(lambda, actual, loader);
                // A method reference may return more than was asked for, and an erased target tells nothing at all.
                return Optional.of(
                        promised == Object.class || promised.isAssignableFrom(actual) ? generic : promised);
            } catch (ClassNotFoundException | LinkageError | RuntimeException unknown) {
                return Optional.empty();
            }
        });
    }

    private static Type genericType(SerializedLambda lambda, Class<?> actual, ClassLoader loader)
            throws ClassNotFoundException {
        MethodType signature = MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
        return Arrays.stream(load(lambda.getImplClass(), loader).getDeclaredMethods())
                .filter(method -> method.getName().equals(lambda.getImplMethodName())
                        && method.getReturnType() == actual
                        && Arrays.equals(method.getParameterTypes(), signature.parameterArray()))
                .findFirst()
                .<Type>map(Method::getGenericReturnType)
                .orElse(actual);
    }

    private static Class<?> returnType(String descriptor, ClassLoader loader) {
        return MethodType.fromMethodDescriptorString(descriptor, loader).returnType();
    }

    private static Class<?> load(String internalName, ClassLoader loader) throws ClassNotFoundException {
        return Class.forName(internalName.replace('/', '.'), false, loader);
    }
}
