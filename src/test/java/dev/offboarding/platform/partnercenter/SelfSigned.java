package dev.offboarding.platform.partnercenter;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;

/** A certificate by hand, in DER: the JDK makes none, and only its thumbprint matters. */
final class SelfSigned {

    private static final byte[] SHA256_WITH_RSA =
            bytes(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00);

    private SelfSigned() {}

    static byte[] certificate(KeyPair pair) throws Exception {
        byte[] algorithm = der(0x30, SHA256_WITH_RSA);
        byte[] name = der(0x30, der(0x31, der(0x30, bytes(0x06, 0x03, 0x55, 0x04, 0x03), text(0x0C, "offboarding"))));
        byte[] validity = der(0x30, text(0x17, "250101000000Z"), text(0x17, "350101000000Z"));
        byte[] toBeSigned = der(
                0x30,
                der(0x02, BigInteger.ONE.toByteArray()),
                algorithm,
                name,
                validity,
                name,
                pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(toBeSigned);
        return der(0x30, toBeSigned, algorithm, der(0x03, bytes(0), signature.sign()));
    }

    private static byte[] text(int tag, String text) {
        return der(tag, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 128) {
            all.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int from = bytes[0] == 0 ? 1 : 0;
            all.write(0x80 | (bytes.length - from));
            all.write(bytes, from, bytes.length - from);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
