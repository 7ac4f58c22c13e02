package dev.quiver.exec.compile;

import dev.quiver.exec.specialize.FunctionIdentity;
import dev.quiver.exec.specialize.IdentityUse;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The objects that a generated class knows. Functions without state, handles and classes are constants, which the JIT
 * folds; functions with state are final fields, so that one class serves every instance of them.
 */
final class Constants {
    private static final Handle CLASS_DATA_AT = new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(MethodHandles.class),
            "classDataAt",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;I)Ljava/lang/Object;",
            false);

    private final List<Object> data = new ArrayList<>();
    private final boolean[] constant;
    private final Class<?>[] types;
    private final boolean sharesBoxes;

    /** @param types the interface of each function */
    Constants(List<Object> functions, Class<?>[] types) {
        this.types = types;
        this.sharesBoxes = functions.stream().anyMatch(IdentityUse::of);
        this.constant = new boolean[functions.size()];
        for (int index = 0; index < constant.length; index++) {
            constant[index] = FunctionIdentity.isConstant(functions.get(index));
            data.add(constant[index] ? functions.get(index) : types[index]);
        }
    }

    /** Whether a function compares references, so that it must be given boxes as everybody else makes them. */
    boolean shareBoxes() {
        return sharesBoxes;
    }

    /** Which functions are constants. */
    boolean[] constant() {
        return constant;
    }

    /** What the class is defined with. */
    List<Object> data() {
        return data.isEmpty() ? List.of(RowLoop.class) : data;
    }

    /** Puts a function on the stack, as its interface. */
    void function(Code code, int index) {
        String descriptor = Type.getDescriptor(types[index]);
        if (constant[index]) {
            code.method.visitLdcInsn(new ConstantDynamic("_", descriptor, CLASS_DATA_AT, index));
        } else {
            code.load(0);
            code.method.visitFieldInsn(Opcodes.GETFIELD, Code.NAME, "f" + index, descriptor);
        }
    }

    /** Puts another object on the stack. */
    void object(Code code, Object value, Class<?> type) {
        int index = data.indexOf(value);
        if (index < 0) {
            index = data.size();
            data.add(value);
        }
        code.method.visitLdcInsn(new ConstantDynamic("_", Type.getDescriptor(type), CLASS_DATA_AT, index));
    }

    void declareFields(ClassVisitor writer) {
        for (int index = 0; index < constant.length; index++) {
            if (!constant[index]) {
                writer.visitField(
                        Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL,
                        "f" + index,
                        Type.getDescriptor(types[index]),
                        null,
                        null);
            }
        }
    }

    /** Sets the fields from the array in a local. */
    void setFields(Code code, int arrayLocal) {
        for (int index = 0; index < constant.length; index++) {
            if (!constant[index]) {
                code.load(0);
                code.load(arrayLocal);
                code.constant(index);
                code.op(Opcodes.AALOAD);
                code.type(Opcodes.CHECKCAST, Type.getInternalName(types[index]));
                code.method.visitFieldInsn(Opcodes.PUTFIELD, Code.NAME, "f" + index, Type.getDescriptor(types[index]));
            }
        }
    }
}
