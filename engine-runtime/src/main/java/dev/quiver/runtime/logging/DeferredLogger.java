package dev.quiver.runtime.logging;

import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LocationAwareLogger;

/** A logger that knows by itself what it need not log, and asks for the real one with the first line it must. */
final class DeferredLogger extends LegacyAbstractLogger {
    private static final String SELF = DeferredLogger.class.getName();

    private final transient Function<String, Logger> backend;
    private final int threshold;
    private transient volatile Logger real;

    /** @param threshold the least level that is logged */
    DeferredLogger(String name, Level threshold, Function<String, Logger> backend) {
        this.name = name;
        this.threshold = threshold.toInt();
        this.backend = backend;
    }

    private boolean isEnabled(Level level) {
        return level.toInt() >= threshold;
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return SELF;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
        Logger target = real;
        if (target == null) {
            target = backend.apply(getName());
            real = target;
        }
        if (target instanceof LocationAwareLogger located) {
            located.log(marker, SELF, level.toInt(), pattern, arguments, thrown);
        } else {
            String message = MessageFormatter.basicArrayFormat(pattern, arguments);
            target.atLevel(level).addMarker(marker).setCause(thrown).log(message);
        }
    }
}
