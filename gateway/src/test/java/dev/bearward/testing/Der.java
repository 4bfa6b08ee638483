package dev.bearward.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** As much DER as certificates need (X.690). */
final class Der {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  private static byte[] value(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length > 0xff) {
      whole.write(0x82);
      whole.write(length >> 8);
    } else if (length >= 0x80) {
      whole.write(0x81);
    }
    whole.write(length);
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return value(0x30, parts);
  }

  static byte[] integer(long number) {
    return value(2, BigInteger.valueOf(number).toByteArray());
  }

  static byte[] octets(byte[] content) {
    return value(4, content);
  }

  static byte[] bitString(byte[] content) {
    return value(3, new byte[] {0}, content);
  }

  static byte[] tagged(int number, byte[] content) {
    return value(0xa0 | number, content);
  }

  static byte[] time(Instant time) {
    return value(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    var content = new ByteArrayOutputStream();
    content.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >> shift != 0) {
          content.write((arc >> shift & 0x7f) | 0x80);
        }
      }
      content.write(arc & 0x7f);
    }
    return value(6, content.toByteArray());
  }

  static byte[] commonName(String name) {
    byte[] text = value(0x0c, name.getBytes(StandardCharsets.UTF_8));
    return sequence(value(0x31, sequence(oid("2.5.4.3"), text)));
  }

  /** A subject alternative name: an address or a host name. */
  static byte[] name(String text) {
    boolean address = Character.isDigit(text.charAt(text.length() - 1)) || text.contains(":");
    return address
        ? value(0x87, InetAddress.ofLiteral(text).getAddress())
        : value(0x82, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The key inside a PKCS#8 one: what stands behind version and algorithm. */
  static byte[] lastOctets(byte[] pkcs8) {
    int key = end(pkcs8, end(pkcs8, content(pkcs8, 0)));
    return java.util.Arrays.copyOfRange(pkcs8, content(pkcs8, key), end(pkcs8, key));
  }

  private static int content(byte[] der, int at) {
    return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
  }

  private static int end(byte[] der, int at) {
    int content = content(der, at);
    int length = der[at + 1];
    for (int i = at + 2; i < content; i++) {
      length = (i == at + 2 ? 0 : length << 8) | (der[i] & 0xff);
    }
    return content + length;
  }
}
