<?php
const TOLERANCE = 5 * 60;

// Throws unless the delivery was signed with the key (`whsec_…` or `whpk_…`) within five minutes.
// `$headers` have lower-case names; `$body` is the bytes as they arrived (`file_get_contents('php://input')`).
function verify(string $key, array $headers, string $body): void
{
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        throw new Exception('the time is missing, too old or too new');
    }
    $content = ($headers['webhook-id'] ?? '') . ".$timestamp.$body";
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $part) {
        [$version, $encoded] = explode(',', "$part,");
        if (is_signed($key, $content, $version, base64_decode($encoded))) {
            return;
        }
    }
    throw new Exception('there is no signature by this key');
}

function is_signed(string $key, string $content, string $version, string $signature): bool
{
    [$prefix, $material] = explode('_', $key, 2);
    if ($prefix === 'whsec' && $version === 'v1') {
        return hash_equals(hash_hmac('sha256', $content, base64_decode($material), true), $signature);
    }
    return $prefix === 'whpk' && $version === 'v1a' && strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
        && sodium_crypto_sign_verify_detached($signature, $content, base64_decode($material));
}
