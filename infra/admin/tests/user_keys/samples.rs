//! Public keys of many kinds, created once with `openssl genpkey` and `openssl pkey -pubout`. Their private
//! keys were discarded.

pub(super) const RSA_512: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMIEGsYObD0URg6F5ab9JaN3OeBYX/ko\n\
N4SRQzvHZ26wqi3eIiaCvKhAX51iTsm+ltt0m8MeNESpFYmIFwDwuDkCAwEAAQ==\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const RSA_2047: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQBiUVDgEvjkAllhhvcsimZ2\n\
4J9DJyHsSefUE4BYYoMQiVKmX4eXqXh51zkRJvXVybtJ5d4/4qGR9m8+3gbAFNYP\n\
Xif4QngH/59Vyrm0NuS1yOPNADL62G8jxINqJ37C848oXK86g70iS7EUeOPfu1VV\n\
Hk3RP/3lP4Jwd8Y5NCIpMfCGeErRdm4xw6ixlT44pl9yxpt3+TW7sjm/3H59L88b\n\
qv/aZfdQTjZXvrkYZoTWN/0Rs6iTDUkrRBCK9FldYEEjHcXVs0xZLJtXbxFlJY55\n\
6gYxrp5LlN3gh73ACmcmwcUOvacTn9IS97I7Ox6BPJzM90eqlftF1baeYnf82LU3\n\
AgMBAAE=\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const RSA_2048: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtvxFRNNgR2a6Gkk4pNrO\n\
DCmuIZEgpK5NE1E+otwa7INjp3A4Gv2N1UWD4Qo2iLjV+BxIugKdMLueAc4u/S+K\n\
a3GiuvMe/AYLvkkKrBoOO1TKsXBoAagFpTcnvwpTPUc6tTY9tvAPtFRIP2GR/eo7\n\
82rDei4GsKoKLCRpNZlT18e4mWoKP9Pb6lIv7ycgtMfWCcmj4XQjcH934PvZTjNF\n\
Rem4Co79amRjsWaKA+hKBtSDktojavB9mpB7pCBfR/EjdaVwyzeMVyX1I1MywUhs\n\
AR/5ikg1APdvCTB61ohLtg0IrYP6KP2TLyeUGmk1il7cQVYopVKsrNOvEz7CRLwD\n\
OwIDAQAB\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const RSA_2048_PKCS1: &str = "\
-----BEGIN RSA PUBLIC KEY-----\n\
MIIBCgKCAQEAtvxFRNNgR2a6Gkk4pNrODCmuIZEgpK5NE1E+otwa7INjp3A4Gv2N\n\
1UWD4Qo2iLjV+BxIugKdMLueAc4u/S+Ka3GiuvMe/AYLvkkKrBoOO1TKsXBoAagF\n\
pTcnvwpTPUc6tTY9tvAPtFRIP2GR/eo782rDei4GsKoKLCRpNZlT18e4mWoKP9Pb\n\
6lIv7ycgtMfWCcmj4XQjcH934PvZTjNFRem4Co79amRjsWaKA+hKBtSDktojavB9\n\
mpB7pCBfR/EjdaVwyzeMVyX1I1MywUhsAR/5ikg1APdvCTB61ohLtg0IrYP6KP2T\n\
LyeUGmk1il7cQVYopVKsrNOvEz7CRLwDOwIDAQAB\n\
-----END RSA PUBLIC KEY-----\n\n";
pub(super) const RSA_PSS: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAI0ts4iOcRgO58AMY+qZkwMn\n\
PceAXPaV9LQGVyVSfBSl/2BZudbLdhKf9BDEpa7Q0NvQVgmUz60tkYGx9bwXq1nf\n\
dXwzotiD6qLBVcQZ47ZVjvQEInqKkag/PcqIunIRi1bXXftcDjYVhU2ofQ1Se7Jb\n\
UnKev1EaGYN9Rrfaq/FX2PGKAt8k+NtfyMx4SndXqlH99k/PpnQ+aSVrDICXNMBh\n\
cYXn1QqeKBakd3pKQzeyC21TtAKwWXURTwUSBskN50IloNR5jPsM5ybUE767MrvQ\n\
jv0Y2MghrZ+h+lPUop/UHhG03Y9uYRbHXkkwHc93w/U+aoYZjkYR1urZPMsdbN0C\n\
AwEAAQ==\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const P256: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEX9arV0lO4HlQ4shhleo3xMn4IxI5\n\
5lDq9SLBjOQ9U3A/Avh5LhBc/ZmlnSFlKInO0IQUtPAToxw4dvOM39VopQ==\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const P521: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQBRCeKh/QLhSnjcpRVtkn+r7E3UFl6\n\
jWZpDx5jBt3xzJN6M94K0V9YZiH/MpdheYvD1JeArfCWD0uL/fr29Ib2VIwAsi3F\n\
MKQh4w6ZUXUu/dcM6Sema8VHA96pwJqDgdwFlRsd69CQJ1V5//XuPb7D0FjUrmD7\n\
WTv3KUMVIh9G00JNd7k=\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const ED25519: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MCowBQYDK2VwAyEAkSq/Gl909fcl4qt9yFNw0Dvz0z+HwTkCFGMqBJyBCBA=\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const ED448: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MEMwBQYDK2VxAzoAF2OT8gJ/2g4nZ3p37/r3qjeGFFzP+d85ep+vaszDmIENBbg3\n\
vHNvYvNgJ9keYDO6rbUZhgYbkWQA\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const DSA: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBvzCCATMGByqGSM44BAEwggEmAoGBAJF0u4W+uTZ7PwtIPOlY0fYRfx9MqDTS\n\
Duc0ThOMMSzu3FcnULACTJ5Fg/osqjFSuzPbzpUSitniKjz5v4ooK9lPC+6d4VQ3\n\
PV0A990b0hFjwqOj7MG2kQJ+bPA2uG9pcXalvJ716ZcqsRMXu+zmJlAL5SaZaCLK\n\
yE6lQj54PS5VAh0A8fXj20mOr2nKBU9gN5X0ug97b355hpggPttO7QKBgDDNFEhW\n\
uyiSe8BYWdmwCEewz4HPNNABu5acPEEN4wS3ZY0s1ztGNbSplc6oNhhbAtFnncD5\n\
1l3HSHXPPCOpZqePPXlmDuatJ/Lzf1EFfihhGY/sxVUDjfx2Pl5llNJ3fvu/eLtH\n\
zNLvvSobgNKiz3h03X35k6j3LT/AaRfugsw4A4GFAAKBgQCDHbnv8AYaslYDYJ5I\n\
FbRQeKXsNrzRYxhQPYb1OxXdC1fchDbQsMEtZO1pGaxiCwBJdxbgeo0mxjlbd8O6\n\
fKhaVZfNsNjW44GQK8pgBA5DbziDoA/xEoRuC3SuwwXiQdHYHH8Cq+kv6xau0HCF\n\
k6D2NNEBVn7o0vgFlGP+y3L/Cg==\n\
-----END PUBLIC KEY-----\n\n";
pub(super) const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBbDCCAROgAwIBAgIUBASaAWX0cdyZfLkYWU8wppUYAcMwCgYIKoZIzj0EAwIw\n\
DDEKMAgGA1UEAwwBeDAeFw0yNjExMjgxNzQxNDZaFw0yNjExMjkxNzQxNDZaMAwx\n\
CjAIBgNVBAMMAXgwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATSGSMbbpG/VxKE\n\
IOwJ5PTY4BKwJlEA4YnFjvQDRPzxXPNXtmdixocUoCc/yq6YKZL30r8KbUt+0Huk\n\
L2j34RJso1MwUTAdBgNVHQ4EFgQUFXsqoIWfNuuWpEPJn+WfzAWgH6IwHwYDVR0j\n\
BBgwFoAUFXsqoIWfNuuWpEPJn+WfzAWgH6IwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n\
hkjOPQQDAgNHADBEAh9F9vqkbO6pKX7U4XSybc/+bvH/sbxu9oMtnx3LyMU2AiEA\n\
wcOOh69V8m3yjUkchs8S9qYYrdI5ffNxDmm7RbDaBy0=\n\
-----END CERTIFICATE-----\n\n";
