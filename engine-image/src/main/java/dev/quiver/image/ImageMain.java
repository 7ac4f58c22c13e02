package dev.quiver.image;

import com.google.cloud.tools.jib.api.JibContainer;
import java.nio.file.Files;

/** What {@code quiver image} runs. Arguments: see {@link ImageOrder}. */
public final class ImageMain {
    private ImageMain() {}

    /**
     * Builds an image.
     *
     * @throws ImageFailure saying what could not be done, and how to mend it
     */
    public static void main(String... arguments) throws Exception {
        ImageOrder order = ImageOrder.parse(arguments);
        JibContainer image = new ImageBuilder(order).build();
        if (order.tar() == null) {
            System.out.println("pushed " + order.name() + "@" + image.getDigest());
        } else {
            System.out.println("wrote " + order.tar() + " (" + (Files.size(order.tar()) >> 20) + " MiB), image "
                    + order.name() + ", id " + image.getImageId());
        }
    }
}
