package dev.quiver.block;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Mistakes that the tests of interleavings have to find, each written into the compiled class it would be made in. */
enum PlantedRace {
    /** A change of what is held wakes nobody. */
    NO_WAKE_UP("memory/MemoryBudget", "changed") {
        @Override
        void body(MethodVisitor code) {
            code.visitInsn(Opcodes.RETURN);
        }
    },
    /** A task that is told to stop while it waits is not told. */
    STOP_UNHEARD("memory/MemoryBudget", "wake") {
        @Override
        void body(MethodVisitor code) {
            code.visitInsn(Opcodes.RETURN);
        }
    },
    /** Execution takes from the cache what is the cache's own. */
    LINE_FORGOTTEN("memory/MemoryBudget", "isAboveSoftLine") {
        @Override
        void body(MethodVisitor code) {
            code.visitInsn(Opcodes.ICONST_1);
            code.visitInsn(Opcodes.IRETURN);
        }
    },
    /** What is granted counts twice. */
    COUNTED_TWICE("memory/Held", "change") {
        @Override
        void before(MethodVisitor code) {
            Label less = new Label();
            code.visitVarInsn(Opcodes.LLOAD, 1);
            code.visitInsn(Opcodes.LCONST_0);
            code.visitInsn(Opcodes.LCMP);
            code.visitJumpInsn(Opcodes.IFLE, less);
            code.visitVarInsn(Opcodes.LLOAD, 1);
            code.visitInsn(Opcodes.DUP2);
            code.visitInsn(Opcodes.LADD);
            code.visitVarInsn(Opcodes.LSTORE, 1);
            code.visitLabel(less);
        }
    },
    /** What was refused is given back. */
    REFUSED_AND_GIVEN_BACK("memory/Held", "tryGrow") {
        @Override
        void body(MethodVisitor code) {
            Label refused = new Label();
            askBudget(code);
            code.visitJumpInsn(Opcodes.IFEQ, refused);
            code.visitInsn(Opcodes.ICONST_1);
            code.visitInsn(Opcodes.IRETURN);
            code.visitLabel(refused);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitVarInsn(Opcodes.LLOAD, 1);
            code.visitInsn(Opcodes.LNEG);
            code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MEMORY + "Held", "force", "(J)V", false);
            code.visitInsn(Opcodes.ICONST_0);
            code.visitInsn(Opcodes.IRETURN);
        }
    },
    /** Whether there is room is asked, and then it is taken, and another may have taken it in between. */
    LOOKED_THEN_TOOK("memory/Held", "tryGrow") {
        @Override
        void body(MethodVisitor code) {
            Label room = new Label();
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(Opcodes.GETFIELD, MEMORY + "Held", "budget", "L" + MEMORY + "MemoryBudget;");
            code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MEMORY + "MemoryBudget", "freeBytes", "()J", false);
            code.visitVarInsn(Opcodes.LLOAD, 1);
            code.visitInsn(Opcodes.LCMP);
            code.visitJumpInsn(Opcodes.IFGE, room);
            askBudget(code);
            code.visitInsn(Opcodes.IRETURN);
            code.visitLabel(room);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitVarInsn(Opcodes.LLOAD, 1);
            code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MEMORY + "Held", "force", "(J)V", false);
            code.visitInsn(Opcodes.ICONST_1);
            code.visitInsn(Opcodes.IRETURN);
        }
    },
    /** A block goes whether it is being read or not. */
    READERS_OVERLOOKED("MemoryStore", "choose", "isStillToGo", "evict") {
        @Override
        MethodVisitor edit(MethodVisitor code) {
            return new MethodVisitor(Opcodes.ASM9, code) {
                @Override
                public void visitFieldInsn(int opcode, String owner, String name, String type) {
                    if (opcode == Opcodes.GETFIELD && name.equals("pins")) {
                        super.visitInsn(Opcodes.POP);
                        super.visitInsn(Opcodes.ICONST_0);
                    } else {
                        super.visitFieldInsn(opcode, owner, name, type);
                    }
                }
            };
        }
    },
    /** A reader takes its lock without the store's. */
    PINNED_UNLOCKED("MemoryStore", "pin") {
        @Override
        int access(int access) {
            return access & ~Opcodes.ACC_SYNCHRONIZED;
        }
    },
    /** Rows of a task are seen before it succeeded. */
    NOTHING_HIDDEN("PrivateBlocks", "isHiddenFrom") {
        @Override
        void body(MethodVisitor code) {
            code.visitInsn(Opcodes.ICONST_0);
            code.visitInsn(Opcodes.IRETURN);
        }
    };

    private static final String MEMORY = "dev/quiver/block/memory/";

    private final String type;
    private final Set<String> methods;

    PlantedRace(String type, String... methods) {
        this.type = "dev/quiver/block/" + type;
        this.methods = Set.of(methods);
    }

    private static void askBudget(MethodVisitor code) {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, MEMORY + "Held", "budget", "L" + MEMORY + "MemoryBudget;");
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.LLOAD, 1);
        code.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL, MEMORY + "MemoryBudget", "tryGrow", "(L" + MEMORY + "Held;J)Z", false);
    }

    /** The whole method, if it is made anew. */
    void body(MethodVisitor code) {}

    /** What stands before the method. */
    void before(MethodVisitor code) {}

    int access(int access) {
        return access;
    }

    /** What becomes of a method, unless its body is made anew. */
    MethodVisitor edit(MethodVisitor code) {
        return new MethodVisitor(Opcodes.ASM9, code) {
            @Override
            public void visitCode() {
                super.visitCode();
                before(code);
            }
        };
    }

    /** Writes the class with the mistake in it. @param folder to stand before the others on a class path */
    void plant(Path folder) throws IOException {
        try (InputStream in = PlantedRace.class.getResourceAsStream("/" + type + ".class")) {
            Path file = folder.resolve(type + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, planted(in.readAllBytes()));
        }
    }

    private byte[] planted(byte[] sound) {
        ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected String getCommonSuperClass(String one, String other) {
                return "java/lang/Object";
            }
        };
        new ClassReader(sound)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, out) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String generic, String[] thrown) {
                                if (!methods.contains(name)) {
                                    return super.visitMethod(access, name, type, generic, thrown);
                                }
                                return planted(super.visitMethod(access(access), name, type, generic, thrown));
                            }
                        },
                        0);
        return out.toByteArray();
    }

    private MethodVisitor planted(MethodVisitor out) {
        int[] made = {0};
        body(new MethodVisitor(Opcodes.ASM9, out) {
            @Override
            public void visitInsn(int opcode) {
                made[0]++;
                super.visitInsn(opcode);
            }
        });
        if (made[0] == 0) {
            return edit(out);
        }
        out.visitMaxs(0, 0);
        out.visitEnd();
        return null;
    }
}
