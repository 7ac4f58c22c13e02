package dev.quiver.block.folder;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class warns of while this is open. */
final class Warnings extends AbstractAppender implements AutoCloseable {
    final List<String> seen = new ArrayList<>();
    private final Logger logger;
    private final Level before;

    Warnings(Class<?> of) {
        super("warnings", null, null, true, Property.EMPTY_ARRAY);
        logger = (Logger) LogManager.getLogger(of);
        before = logger.getLevel();
        start();
        logger.addAppender(this);
        // Adding an appender gives a logger the level of its parent.
        logger.setLevel(Level.WARN);
    }

    @Override
    public synchronized void append(LogEvent event) {
        if (event.getLevel().isMoreSpecificThan(Level.WARN)) {
            seen.add(event.getMessage().getFormattedMessage());
        }
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        logger.setLevel(before);
        stop();
    }
}
