//! Public keys that are refused for user tokens, created once with `openssl genpkey` and `openssl pkey -pubout`.
//! Their private keys were discarded.

/// An RSA key of 1,024 bits.
pub const RSA_1024: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQD0cr2MiBGDMYKrogyByO9iRTYP\n\
owJW7fqobh/Oh0ReLwCglXbGd/pVZ2lHb/DGtINbRK4oeGA3PsNlNURtSXqsgTOj\n\
/1oa16dJyqwlr5yXPwK0aZhjW+Ms9SEVVqAYNFOp3Jok1/8oISAT1p/VXSc1HWR8\n\
iF0ElatRc7du+dx4rQIDAQAB\n\
-----END PUBLIC KEY-----\n\n";
/// A key on P-384.
pub const P384: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAElT5g7parNokuX4GVMAYQ+77X1VJKjy24\n\
bjohulR3thheLyhsRA1bLYTtYygKKDwKobmaI3g3XQ7P/t8qdr/4QsY3iZ/Rl9H6\n\
5Z1eg4j7rZFlrtJfUgPqjUqD7U//EKeP\n\
-----END PUBLIC KEY-----\n\n";
/// A key on secp256k1.
pub const SECP256K1: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEQrkVOTXhHL+hIRsk0ACeg2NlRTRkWPFO\n\
ZKhm/dt+NS/uxpCkK91J4EWaQKbzHjn6P37KrrSJOnAyliDSTCw0SA==\n\
-----END PUBLIC KEY-----\n\n";
/// An X25519 key, which signs nothing.
pub const X25519: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MCowBQYDK2VuAyEAKrP4CepvbBERxT3AskTGlj475AicR6daZ9RNwiPVSBM=\n\
-----END PUBLIC KEY-----\n\n";
