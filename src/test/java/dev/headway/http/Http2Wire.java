package dev.headway.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Frames of HTTP/2 written by hand, RFC 9113, so that they may be wrong. */
final class Http2Wire {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private Http2Wire() {}

  record Frame(int type, int flags, int stream, Buffer payload) {
    /** The error of a {@code RST_STREAM}, or of a {@code GOAWAY}. */
    int error() {
      return payload.getInt(type == GOAWAY ? 4 : 0);
    }
  }

  static byte[] preface() {
    return join("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII), settings());
  }

  static byte[] settings() {
    return frame(SETTINGS, 0, 0);
  }

  static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** {@code GET} with indexed fields of the static table and literals. */
  static byte[] get(String path, String... headers) {
    var block = new ByteArrayOutputStream();
    block.write(0x82); // :method GET
    block.write(0x87); // :scheme https
    literal(block, ":path", path);
    literal(block, ":authority", "localhost");
    for (int i = 0; i < headers.length; i += 2) {
      literal(block, headers[i], headers[i + 1]);
    }
    return block.toByteArray();
  }

  /** Requests, each taken back at once. */
  static byte[] takenBack(int requests, byte[] headers) {
    var storm = new ByteArrayOutputStream();
    for (int stream = 1; stream < 2 * requests; stream += 2) {
      storm.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, stream, headers));
      storm.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
    }
    return storm.toByteArray();
  }

  static byte[] literal(String name, String value) {
    var block = new ByteArrayOutputStream();
    literal(block, name, value);
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0x10); // never indexed, new name
    text(block, name);
    text(block, value);
  }

  /** Without Huffman; as long as 7 bits and one more byte can say. */
  static void text(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      int rest = length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Every frame until the server ends the connection. */
  static List<Frame> untilItsEnd(Wire wire) throws IOException {
    var frames = new ArrayList<Frame>();
    var in = new DataInputStream(wire.in());
    try {
      while (true) {
        frames.add(next(in));
      }
    } catch (EOFException | SocketException end) {
      return frames;
    }
  }

  static Frame next(DataInputStream in) throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & 0x7FFF_FFFF;
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, stream, Buffer.buffer(payload));
  }
}
