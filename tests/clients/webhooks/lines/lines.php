<?php
// Verifies deliveries from lines of five fields: key, id, time, signatures, and the body in Base64.
require __DIR__ . '/../verify.php';

while (($line = fgets(STDIN)) !== false) {
    [$key, $id, $timestamp, $signatures, $body] = explode("\t", rtrim($line, "\n"));
    $headers = ['webhook-id' => $id, 'webhook-timestamp' => $timestamp, 'webhook-signature' => $signatures];
    try {
        verify($key, $headers, base64_decode($body));
        echo "accepted\n";
    } catch (Exception $refusal) {
        echo "refused\n";
    }
}
