package dev.quiver;

import dev.quiver.engine.EngineProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the engines on the class path. */
final class EngineProviders {
    private EngineProviders() {}

    /** The providers the calling thread can see, then those beside the engine itself, each class once. */
    static List<EngineProvider> find() {
        Map<Class<?>, EngineProvider> found = new LinkedHashMap<>();
        for (ClassLoader loader :
                new ClassLoader[] {Thread.currentThread().getContextClassLoader(), Session.class.getClassLoader()}) {
            ServiceLoader.load(EngineProvider.class, loader)
                    .forEach(provider -> found.putIfAbsent(provider.getClass(), provider));
        }
        return new ArrayList<>(found.values());
    }

    /** @throws UsageException when no provider runs this master, listing the forms there are */
    static EngineProvider accepting(String master, List<EngineProvider> providers) {
        if (providers.isEmpty()) {
            throw new UsageException("there is no engine on the class path that could run master '" + master
                    + "'; add dev.quiver:engine-runtime to the dependencies of this application");
        }
        return providers.stream()
                .filter(provider -> provider.accepts(master))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown master '" + master + "'; it can be "
                        + providers.stream()
                                .map(EngineProvider::forms)
                                .filter(forms -> !forms.isEmpty())
                                .collect(Collectors.joining(", "))));
    }
}
