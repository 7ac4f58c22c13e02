package dev.quiver.exec.value;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.quiver.serializer.JavaObjects;

/** Writes a value by Java serialization, and reads it with the class loader that Kryo was given. */
final class JavaBridge extends Serializer<Object> {
    @Override
    public void write(Kryo kryo, Output output, Object value) {
        byte[] bytes = JavaObjects.write(value);
        output.writeVarInt(bytes.length, true);
        output.writeBytes(bytes);
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<?> type) {
        int length = input.readVarInt(true);
        if (length >= 0 && input.getInputStream() != null) {
            byte[] bytes = input.readBytes(length);
            return JavaObjects.read(bytes, 0, length, kryo.getClassLoader());
        }
        if (length < 0 || length > input.limit() - input.position()) {
            throw new KryoException("the bytes of a " + type.getName() + " end early");
        }
        Object value = JavaObjects.read(input.getBuffer(), input.position(), length, kryo.getClassLoader());
        input.skip(length);
        return value;
    }
}
