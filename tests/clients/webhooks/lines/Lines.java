import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Scanner;

/** Verifies deliveries from lines of five fields: key, id, time, signatures, and the body in Base64. */
final class Lines {
    public static void main(String[] none) {
        var lines = new Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] fields = lines.nextLine().split("\t", -1);
            var headers = Map.of(
                    "webhook-id", fields[1], "webhook-timestamp", fields[2], "webhook-signature", fields[3]);
            try {
                Webhook.verify(fields[0], headers, Base64.getDecoder().decode(fields[4]));
                System.out.println("accepted");
            } catch (GeneralSecurityException refusal) {
                System.out.println("refused");
            }
        }
    }
}
