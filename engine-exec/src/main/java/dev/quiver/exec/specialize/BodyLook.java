package dev.quiver.exec.specialize;

import dev.quiver.exec.specialize.OnlyLooks.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Follows a value through a method: runs its instructions once in the order in which they are written, on a stack that
 * says of each slot whether a part of the value is in it, and remembers the locals that ever held one. A part that is
 * stored, thrown, locked, linked or handed to a method that may keep it ends the matter. Belongs to one thread.
 */
final class BodyLook extends MethodVisitor {
    private final OnlyLooks looks;
    private final Set<Integer> locals;
    private final Map<Label, SlotStack> arriving = new HashMap<>();
    private final Set<Label> passed = new HashSet<>();
    private SlotStack stack = new SlotStack();
    private boolean reached = true;
    private boolean keeps;
    private boolean returns;

    /** @param locals that hold parts; this adds to them */
    BodyLook(OnlyLooks looks, Set<Integer> locals) {
        super(Opcodes.ASM9);
        this.looks = looks;
        this.locals = locals;
    }

    Verdict verdict() {
        return keeps ? Verdict.KEEPS : returns ? Verdict.RETURNS : Verdict.LOOKS;
    }

    // ---- where instructions are reached from ----------------------------------------------------------------------

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
        SlotStack caught = new SlotStack();
        // What is thrown is no part, since throwing one is keeping it.
        caught.push(1, false);
        arriving.put(handler, caught);
    }

    @Override
    public void visitLabel(Label label) {
        passed.add(label);
        SlotStack jumped = arriving.get(label);
        if (jumped != null) {
            stack = reached ? stack.or(jumped) : jumped.copy();
            reached = true;
        }
    }

    /** Code that is only jumped to from further down begins here, with nothing on the stack. */
    @Override
    public void visitFrame(int type, int localCount, Object[] ofLocals, int stackCount, Object[] ofStack) {
        if (!reached) {
            keeps |= stackCount > 0;
            stack = new SlotStack();
            reached = true;
        }
    }

    private void jump(Label target) {
        if (passed.contains(target)) {
            // What comes before was looked at without what is on the stack here.
            keeps |= stack.anyPart();
        } else {
            arriving.merge(target, stack.copy(), SlotStack::or);
        }
    }

    private void end() {
        reached = false;
        stack = new SlotStack();
    }

    // ---- instructions ---------------------------------------------------------------------------------------------

    @Override
    public void visitInsn(int opcode) {
        switch (opcode) {
            case Opcodes.AALOAD -> {
                stack.pop(1);
                stack.push(1, stack.pop(1));
            }
            case Opcodes.AASTORE -> {
                keeps |= stack.pop(1);
                stack.pop(2);
            }
            case Opcodes.ATHROW -> {
                keeps |= stack.pop(1);
                end();
            }
            case Opcodes.ARETURN -> {
                returns |= stack.pop(1);
                end();
            }
            case Opcodes.MONITORENTER, Opcodes.MONITOREXIT -> keeps |= stack.pop(1);
            case Opcodes.IRETURN, Opcodes.LRETURN, Opcodes.FRETURN, Opcodes.DRETURN, Opcodes.RETURN -> end();
            default -> stack.plain(opcode);
        }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        if (opcode == Opcodes.NEWARRAY) {
            stack.pop(1);
        }
        stack.push(1, false);
    }

    @Override
    public void visitVarInsn(int opcode, int local) {
        switch (opcode) {
            case Opcodes.ALOAD -> stack.push(1, locals.contains(local));
            case Opcodes.ILOAD, Opcodes.FLOAD -> stack.push(1, false);
            case Opcodes.LLOAD, Opcodes.DLOAD -> stack.push(2, false);
            case Opcodes.ISTORE, Opcodes.FSTORE -> stack.pop(1);
            case Opcodes.LSTORE, Opcodes.DSTORE -> stack.pop(2);
            case Opcodes.ASTORE -> {
                if (stack.pop(1)) {
                    locals.add(local);
                }
            }
            default -> keeps = true;
        }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        if (opcode == Opcodes.NEW) {
            stack.push(1, false);
        } else {
            boolean part = stack.pop(1);
            stack.push(1, opcode == Opcodes.CHECKCAST && part && !KnownCalls.isUnchanging(type));
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        Type type = Type.getType(descriptor);
        switch (opcode) {
            case Opcodes.GETSTATIC -> stack.push(type.getSize(), false);
            case Opcodes.GETFIELD -> stack.push(type.getSize(), stack.pop(1) && mayBePart(type));
            case Opcodes.PUTFIELD -> {
                keeps |= stack.pop(type.getSize());
                stack.pop(1);
            }
            default -> keeps |= stack.pop(type.getSize());
        }
    }

    private static boolean mayBePart(Type type) {
        return type.getSort() >= Type.ARRAY && !KnownCalls.isUnchanging(type.getInternalName());
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        Type[] declared = Type.getArgumentTypes(descriptor);
        int receiver = opcode == Opcodes.INVOKESTATIC ? 0 : 1;
        boolean[] parts = new boolean[declared.length + receiver];
        boolean any = false;
        for (int index = parts.length - 1; index >= 0; index--) {
            parts[index] = stack.pop(index < receiver ? 1 : declared[index - receiver].getSize());
            any |= parts[index];
        }
        Type result = Type.getReturnType(descriptor);
        boolean returned = false;
        if (any) {
            Verdict verdict = isInterface || keeps
                    ? Verdict.KEEPS
                    : looks.into(owner, name, descriptor, opcode == Opcodes.INVOKEVIRTUAL, parts);
            keeps |= verdict == Verdict.KEEPS;
            returned = verdict == Verdict.RETURNS && mayBePart(result);
        }
        stack.push(result.getSize(), returned);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
        Type[] declared = Type.getArgumentTypes(descriptor);
        for (int index = declared.length - 1; index >= 0; index--) {
            keeps |= stack.pop(declared[index].getSize());
        }
        stack.push(Type.getReturnType(descriptor).getSize(), false);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        switch (opcode) {
            case Opcodes.GOTO -> {
                jump(label);
                end();
            }
            case Opcodes.JSR -> keeps = true;
            case Opcodes.IFEQ,
                    Opcodes.IFNE,
                    Opcodes.IFLT,
                    Opcodes.IFGE,
                    Opcodes.IFGT,
                    Opcodes.IFLE,
                    Opcodes.IFNULL,
                    Opcodes.IFNONNULL -> {
                stack.pop(1);
                jump(label);
            }
            default -> {
                stack.pop(2);
                jump(label);
            }
        }
    }

    @Override
    public void visitTableSwitchInsn(int least, int most, Label otherwise, Label... labels) {
        choose(otherwise, labels);
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
        choose(otherwise, labels);
    }

    private void choose(Label otherwise, Label[] labels) {
        stack.pop(1);
        jump(otherwise);
        for (Label label : labels) {
            jump(label);
        }
        end();
    }

    @Override
    public void visitLdcInsn(Object value) {
        boolean wide = value instanceof Long
                || value instanceof Double
                || value instanceof ConstantDynamic constant && constant.getSize() == 2;
        stack.push(wide ? 2 : 1, false);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        stack.pop(dimensions);
        stack.push(1, false);
    }
}
