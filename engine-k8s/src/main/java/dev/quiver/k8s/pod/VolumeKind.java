package dev.quiver.k8s.pod;

import dev.quiver.config.Bytes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The kinds of volumes that settings can ask for, each with its options. Others come from a template. */
enum VolumeKind {
    /** On the node's disk, or in the memory of the container; goes with the pod. */
    EMPTY_DIR("emptyDir", true) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            String medium = options.take("medium", "");
            Bytes size = options.size();
            boolean memory = medium.equalsIgnoreCase("memory");
            if (!medium.isEmpty() && !memory) {
                throw options.wrong("'medium' is memory or left out, not '" + medium + "'");
            }
            if (memory && size == null) {
                throw options.wrong("'size=…' is missing: what is in memory counts as memory of the container");
            }
            volume.withNewEmptyDir()
                    .withMedium(memory ? "Memory" : null)
                    .withSizeLimit(size == null ? null : quantity(size))
                    .endEmptyDir();
            return memory ? size.value() : 0;
        }
    },

    /** A folder of the node, which must be there: one that a node made by itself would belong to root. */
    HOST_PATH("hostPath", true) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            volume.withNewHostPath(options.folder("source", ""), "Directory");
            return 0;
        }
    },

    /** A claim that is there, or one for each pod, made and deleted with it by the cluster. */
    CLAIM("persistentVolumeClaim", true) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            String claim = options.take("source", "");
            Bytes size = options.size();
            if (claim.isEmpty() == (size == null)) {
                throw options.wrong("name a claim with 'source=…', or ask for one per pod with 'size=…'");
            }
            if (size == null) {
                volume.withNewPersistentVolumeClaim(claim, null);
                return 0;
            }
            String storageClass = options.take("storageClass", null);
            volume.withNewEphemeral()
                    .withNewVolumeClaimTemplate()
                    .withSpec(new PersistentVolumeClaimSpecBuilder()
                            .withAccessModes("ReadWriteOnce")
                            .withStorageClassName(storageClass)
                            .withNewResources()
                            .withRequests(Map.of("storage", quantity(size)))
                            .endResources()
                            .build())
                    .endVolumeClaimTemplate()
                    .endEphemeral();
            return 0;
        }
    },

    NFS("nfs", true) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            volume.withNewNfs()
                    .withServer(options.need("server"))
                    .withPath(options.folder("source", ""))
                    .endNfs();
            return 0;
        }
    },

    CONFIG_MAP("configMap", false) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            volume.withNewConfigMap().withName(options.need("source")).endConfigMap();
            return 0;
        }
    },

    SECRET("secret", false) {
        @Override
        long put(VolumeOptions options, VolumeBuilder volume) {
            volume.withNewSecret()
                    .withSecretName(options.need("source"))
                    .withDefaultMode(PodShape.OWNER_READS)
                    .endSecret();
            return 0;
        }
    };

    /** As {@code type=} names it. */
    private final String text;

    /** Whether a process can write there. */
    final boolean writable;

    VolumeKind(String text, boolean writable) {
        this.text = text;
        this.writable = writable;
    }

    /**
     * Takes the options of its own and says what the volume is.
     *
     * @return bytes that it may take of the container's memory
     */
    abstract long put(VolumeOptions options, VolumeBuilder volume);

    static VolumeKind of(VolumeOptions options) {
        String wanted = options.need("type");
        return Arrays.stream(values())
                .filter(kind -> kind.text.equals(wanted))
                .findFirst()
                .orElseThrow(() -> options.wrong("'type' is one of " + names() + ", not '" + wanted + "'"));
    }

    /** All of them, in words. */
    static String names() {
        List<String> names = Arrays.stream(values()).map(kind -> kind.text).collect(Collectors.toList());
        String last = names.remove(names.size() - 1);
        return String.join(", ", names) + " or " + last;
    }

    private static Quantity quantity(Bytes size) {
        return new Quantity(String.valueOf(size.value()));
    }
}
