package dev.quiver.runtime.logging;

import java.util.Locale;
import java.util.ServiceLoader;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Puts off the start of the logging backend until a line is to be logged: starting it takes longer than a short job, and
 * most runs log nothing. Named to SLF4J by the system property {@code slf4j.provider}.
 *
 * <p>Which levels are enabled is known without the backend only as long as its configuration is the one that was shipped;
 * with any other, the backend starts at once.
 */
public final class LoggingOnDemand implements SLF4JServiceProvider {
    private static final String LEVEL = "quiver.log.level";

    private SLF4JServiceProvider backend;
    private ILoggerFactory factory;
    private IMarkerFactory markers;
    private MDCAdapter context;

    /** Called by SLF4J. */
    public LoggingOnDemand() {}

    @Override
    public void initialize() {
        if (ShippedConfiguration.isInUse()) {
            Level threshold = threshold(System.getProperty(LEVEL, Level.WARN.name()));
            factory = name -> new DeferredLogger(name, threshold, this::backendLogger);
            // The shipped configuration shows neither markers nor the context.
            markers = new BasicMarkerFactory();
            context = new BasicMDCAdapter();
        } else {
            factory = backend().getLoggerFactory();
            markers = backend().getMarkerFactory();
            context = backend().getMDCAdapter();
        }
    }

    /** The level of this name; everything when it is one that only the backend knows. */
    static Level threshold(String name) {
        try {
            return Level.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknownHere) {
            return Level.TRACE;
        }
    }

    private Logger backendLogger(String name) {
        return backend().getLoggerFactory().getLogger(name);
    }

    private synchronized SLF4JServiceProvider backend() {
        if (backend == null) {
            SLF4JServiceProvider found = ServiceLoader.load(
                            SLF4JServiceProvider.class, LoggingOnDemand.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "there is no logging backend on the class path; put log4j-slf4j2-impl there, or start without"
                                    + " -Dslf4j.provider"));
            found.initialize();
            backend = found;
        }
        return backend;
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return factory;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
