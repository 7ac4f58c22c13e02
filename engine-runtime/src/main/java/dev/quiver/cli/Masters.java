package dev.quiver.cli;

import dev.quiver.UsageException;
import dev.quiver.engine.EngineProvider;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The masters that can be asked for: those of the engines that are installed.
 *
 * @param providers the engines
 */
record Masters(Iterable<EngineProvider> providers) {
    /** Forms offered by the Tab key. */
    static final List<String> FORMS_TO_COMPLETE =
            List.of("local", "local[*]", "local[2]", "local[4]", "local-cluster[2,1,512]");

    /** The engines on the class path; found when first asked for. */
    static Masters installed() {
        return new Masters(ServiceLoader.load(EngineProvider.class, Masters.class.getClassLoader()));
    }

    /**
     * Whether executors under a master see the class path of this process.
     *
     * @param master the master, or null when the code is to name one
     */
    boolean shareClassPath(String master) {
        if (master != null) {
            for (EngineProvider provider : providers) {
                if (provider.accepts(master.trim())) {
                    return provider.sharesClassPath();
                }
            }
        }
        return true;
    }

    /**
     * Refuses a master that no engine runs, or that is malformed, before the application starts.
     *
     * @param master the master, or null when the code is to name one
     */
    void check(String master) {
        if (master == null) {
            return;
        }
        StringBuilder forms = new StringBuilder();
        for (EngineProvider provider : providers) {
            if (provider.accepts(master.trim())) {
                provider.check(master.trim());
                return;
            }
            if (!provider.forms().isEmpty()) {
                forms.append(forms.length() == 0 ? "" : ", ").append(provider.forms());
            }
        }
        if (forms.length() > 0) {
            throw new UsageException("unknown master '" + master + "'; it can be " + forms);
        }
    }
}
