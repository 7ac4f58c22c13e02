package dev.quiver.exec.specialize;

import java.util.Arrays;
import org.objectweb.asm.Opcodes;

/** The operand stack of a method, slot by slot: longs and doubles take two. Of each it is known whether a part is in it. */
final class SlotStack {
    private boolean[] parts = new boolean[16];
    private int size;

    void push(int slots, boolean part) {
        for (int slot = 0; slot < slots; slot++) {
            if (size == parts.length) {
                parts = Arrays.copyOf(parts, size * 2);
            }
            parts[size++] = part;
        }
    }

    /** Whether a part was in one of the slots. */
    boolean pop(int slots) {
        boolean any = false;
        for (int slot = 0; slot < slots; slot++) {
            any |= parts[--size];
        }
        return any;
    }

    boolean anyPart() {
        for (int slot = 0; slot < size; slot++) {
            if (parts[slot]) {
                return true;
            }
        }
        return false;
    }

    SlotStack copy() {
        SlotStack copy = new SlotStack();
        copy.parts = parts.clone();
        copy.size = size;
        return copy;
    }

    /** What may be on the stack where two ways meet. */
    SlotStack or(SlotStack other) {
        if (other.size != size) {
            throw new IllegalStateException("two ways meet with " + size + " and " + other.size + " slots in use");
        }
        SlotStack both = copy();
        for (int slot = 0; slot < size; slot++) {
            both.parts[slot] |= other.parts[slot];
        }
        return both;
    }

    private boolean at(int depth) {
        return parts[size - 1 - depth];
    }

    /** Puts the topmost slots once more below the {@code below} slots that follow them, and on top. */
    private void repeat(int slots, int below) {
        boolean[] moved = new boolean[slots + below];
        for (int depth = 0; depth < moved.length; depth++) {
            moved[depth] = at(depth);
        }
        size -= moved.length;
        for (int depth = slots - 1; depth >= 0; depth--) {
            push(1, moved[depth]);
        }
        for (int depth = moved.length - 1; depth >= 0; depth--) {
            push(1, moved[depth]);
        }
    }

    private void change(int popped, int pushed) {
        pop(popped);
        push(pushed, false);
    }

    /** An instruction without operands that neither ends the method nor concerns a part but by moving it. */
    void plain(int opcode) {
        switch (opcode) {
            case Opcodes.NOP,
                    Opcodes.INEG,
                    Opcodes.LNEG,
                    Opcodes.FNEG,
                    Opcodes.DNEG,
                    Opcodes.L2D,
                    Opcodes.D2L,
                    Opcodes.I2F,
                    Opcodes.F2I,
                    Opcodes.I2B,
                    Opcodes.I2C,
                    Opcodes.I2S -> {}
            case Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1 -> change(0, 2);
            case Opcodes.LALOAD, Opcodes.DALOAD -> change(2, 2);
            case Opcodes.IALOAD, Opcodes.FALOAD, Opcodes.BALOAD, Opcodes.CALOAD, Opcodes.SALOAD -> change(2, 1);
            case Opcodes.IASTORE, Opcodes.FASTORE, Opcodes.BASTORE, Opcodes.CASTORE, Opcodes.SASTORE -> change(3, 0);
            case Opcodes.LASTORE, Opcodes.DASTORE -> change(4, 0);
            case Opcodes.POP -> pop(1);
            case Opcodes.POP2 -> pop(2);
            case Opcodes.DUP -> repeat(1, 0);
            case Opcodes.DUP_X1 -> repeat(1, 1);
            case Opcodes.DUP_X2 -> repeat(1, 2);
            case Opcodes.DUP2 -> repeat(2, 0);
            case Opcodes.DUP2_X1 -> repeat(2, 1);
            case Opcodes.DUP2_X2 -> repeat(2, 2);
            case Opcodes.SWAP -> {
                boolean top = pop(1);
                boolean second = pop(1);
                push(1, top);
                push(1, second);
            }
            case Opcodes.LSHL, Opcodes.LSHR, Opcodes.LUSHR -> change(3, 2);
            case Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D -> change(1, 2);
            case Opcodes.L2I, Opcodes.L2F, Opcodes.D2I, Opcodes.D2F -> change(2, 1);
            case Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG -> change(4, 1);
            case Opcodes.FCMPL, Opcodes.FCMPG -> change(2, 1);
            case Opcodes.ARRAYLENGTH -> change(1, 1);
            default -> constantOrArithmetic(opcode);
        }
    }

    private void constantOrArithmetic(int opcode) {
        if (opcode >= Opcodes.ACONST_NULL && opcode <= Opcodes.FCONST_2) {
            change(0, 1);
            return;
        }
        if (opcode < Opcodes.IADD || opcode > Opcodes.LXOR) {
            throw new IllegalArgumentException("no instruction of this kind: " + opcode);
        }
        // Of two operands: int, long, float, double in turns, or int and long. Those of two slots have the odd numbers.
        boolean wide = (opcode & 1) != 0;
        change(wide ? 4 : 2, wide ? 2 : 1);
    }
}
