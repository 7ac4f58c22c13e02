package dev.quiver.exec.kernel.partition;

import dev.quiver.shape.Shape;
import java.io.IOException;
import java.io.InputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Whether records are equal when their components are, and hash as 31 times and plus. So the compiler makes them, unless a
 * class says otherwise; only its code tells.
 */
final class RecordEquality {
    private static final String BOOTSTRAP = "java/lang/runtime/ObjectMethods";

    /** The JDK promises that the hash is made of the components' hashes, but not how. */
    private static final boolean HASHES_AS_KNOWN =
            new Probe(3, "b", 0.5).hashCode() == 31 * (31 * 3 + "b".hashCode()) + Double.hashCode(0.5);

    private static final ClassValue<Boolean> GENERATED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
            try (InputStream code = type.getResourceAsStream(file)) {
                if (code == null) {
                    return false;
                }
                Reader reader = new Reader();
                new ClassReader(code).accept(reader, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
                return reader.generated == 2;
            } catch (IOException | RuntimeException unreadable) {
                return false;
            }
        }
    };

    private record Probe(int number, String text, double fraction) {}

    private RecordEquality() {}

    static boolean isByComponents(Shape.RecordOf record, ClassLoader loader) {
        if (!HASHES_AS_KNOWN || record.components().isEmpty()) {
            return false;
        }
        try {
            return GENERATED.get(Class.forName(record.className(), false, loader));
        } catch (ClassNotFoundException | LinkageError missing) {
            return false;
        }
    }

    /** Counts the methods {@code equals} and {@code hashCode} that the compiler made. */
    private static final class Reader extends ClassVisitor {
        private int generated;

        Reader() {
            super(Opcodes.ASM9);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            boolean wanted = name.equals("hashCode") && descriptor.equals("()I")
                    || name.equals("equals") && descriptor.equals("(Ljava/lang/Object;)Z");
            return !wanted
                    ? null
                    : new MethodVisitor(Opcodes.ASM9) {
                        @Override
                        public void visitInvokeDynamicInsn(
                                String method, String type, Handle bootstrap, Object... arguments) {
                            if (method.equals(name) && bootstrap.getOwner().equals(BOOTSTRAP)) {
                                generated++;
                            }
                        }
                    };
        }
    }
}
