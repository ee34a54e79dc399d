import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Webhook {
    private static final long TOLERANCE = 5 * 60;
    // What precedes the 32 bytes of an Ed25519 public key in DER (RFC 8410).
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    // Throws unless the delivery was signed with the key (`whsec_…` or `whpk_…`) within five minutes.
    // `headers` have lower-case names; `body` is the bytes as they arrived.
    static void verify(String key, Map<String, String> headers, byte[] body) throws GeneralSecurityException {
        String timestamp = headers.getOrDefault("webhook-timestamp", "");
        long now = System.currentTimeMillis() / 1000;
        if (!timestamp.matches("[0-9]{1,15}") || Math.abs(now - Long.parseLong(timestamp)) > TOLERANCE) {
            throw new SignatureException("the time is missing, too old or too new");
        }
        byte[] content = joined((headers.get("webhook-id") + "." + timestamp + ".").getBytes(), body);
        for (String part : headers.getOrDefault("webhook-signature", "").split(" ")) {
            String[] both = part.split(",");
            if (both.length == 2 && isSigned(key, content, both[0], both[1])) return;
        }
        throw new SignatureException("there is no signature by this key");
    }

    private static boolean isSigned(String key, byte[] content, String version, String encoded)
            throws GeneralSecurityException {
        byte[] material, signature;
        try {
            material = Base64.getDecoder().decode(key.substring(key.indexOf('_') + 1));
            signature = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        if (key.startsWith("whsec_") && version.equals("v1")) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(material, "HmacSHA256"));
            return MessageDigest.isEqual(mac.doFinal(content), signature);
        }
        if (key.startsWith("whpk_") && version.equals("v1a") && signature.length == 64) {
            Signature ed25519 = Signature.getInstance("Ed25519");
            var der = new X509EncodedKeySpec(joined(ED25519, material));
            ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(der));
            ed25519.update(content);
            return ed25519.verify(signature);
        }
        return false;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
