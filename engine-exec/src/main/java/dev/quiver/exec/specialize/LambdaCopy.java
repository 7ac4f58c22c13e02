package dev.quiver.exec.specialize;

import dev.quiver.function.MapFunction;
import dev.quiver.serializer.Lambdas;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands in for lambdas that make pairs, as {@code x -> Pair.of(x % 10, x)}: the same body, but with boxes made by
 * {@link FreshBoxes}, so that neither pair nor boxes come to be where the body is inlined. The copy is a hidden class in
 * the nest of the class that the lambda was written in, so it may do what the lambda may. Safe for use by many threads.
 */
public final class LambdaCopy {
    /** How copies of one lambda are made; without a constructor when its body cannot be copied. */
    private record Recipe(MethodHandle constructor, MapFunction<Object, Object> only) {}

    /** Follows the name of the class that the lambda was written in. */
    static final String NAME = "$Copy";

    private static final Recipe NONE = new Recipe(null, null);

    /** By the class of the lambda, so that recipes go away with the application's classes. */
    private static final ClassValue<AtomicReference<Recipe>> RECIPES = new ClassValue<>() {
        @Override
        protected AtomicReference<Recipe> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private LambdaCopy() {}

    /** Whether a function was made here. */
    static boolean isCopy(Object function) {
        return function.getClass().isHidden() && function.getClass().getName().contains(NAME);
    }

    /**
     * A copy of a function, equal in what it returns and throws; or the function itself, when there is nothing to win or
     * its body is out of reach.
     */
    public static MapFunction<Object, Object> of(MapFunction<Object, Object> function) {
        AtomicReference<Recipe> held = RECIPES.get(function.getClass());
        Recipe recipe = held.get();
        if (recipe == NONE) {
            return function;
        }
        if (recipe != null && recipe.only != null) {
            return recipe.only;
        }
        Optional<SerializedLambda> form = Lambdas.serializedForm(function);
        if (recipe == null) {
            // Two threads must agree on the one copy of a lambda without state: it is its identity in generated code.
            Recipe made = form.map(lambda -> recipe(function, lambda)).orElse(NONE);
            held.compareAndSet(null, made);
            return of(function);
        }
        return instance(recipe.constructor, form.orElseThrow());
    }

    private static Recipe recipe(MapFunction<Object, Object> function, SerializedLambda lambda) {
        try {
            Class<?> host = Class.forName(
                    lambda.getImplClass().replace('/', '.'),
                    false,
                    function.getClass().getClassLoader());
            byte[] code = LambdaCopyWriter.write(host, lambda);
            if (code == null) {
                return NONE;
            }
            MethodHandles.Lookup copy = MethodHandles.privateLookupIn(host, MethodHandles.lookup())
                    .defineHiddenClass(code, true, MethodHandles.Lookup.ClassOption.NESTMATE);
            MethodHandle constructor = copy.findConstructor(
                            copy.lookupClass(), MethodType.methodType(void.class, Object[].class))
                    .asType(MethodType.methodType(MapFunction.class, Object[].class));
            return new Recipe(constructor, lambda.getCapturedArgCount() == 0 ? instance(constructor, lambda) : null);
        } catch (ReflectiveOperationException | LinkageError | RuntimeException closed) {
            return NONE;
        }
    }

    @SuppressWarnings("unchecked")
    private static MapFunction<Object, Object> instance(MethodHandle constructor, SerializedLambda lambda) {
        Object[] captured = new Object[lambda.getCapturedArgCount()];
        for (int index = 0; index < captured.length; index++) {
            captured[index] = lambda.getCapturedArg(index);
        }
        try {
            return (MapFunction<Object, Object>) (MapFunction<?, ?>) constructor.invokeExact(captured);
        } catch (Throwable impossible) {
            throw new IllegalStateException(
                    "the copy of " + lambda.getImplMethodName() + " cannot be made", impossible);
        }
    }
}
