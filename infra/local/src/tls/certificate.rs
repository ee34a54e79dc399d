//! Certificate for `localhost` and the names below it, and the authority that clients have to trust. Both are
//! created once, and kept as long as the names stay the same.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// Names of this machine and of the fake Dropbox's hosts on it.
const NAMES: [&str; 6] =
    ["localhost", "127.0.0.1", "api.localhost", "content.localhost", "notify.localhost", "www.localhost"];

/// Folder of the certificate and its authority.
pub(crate) struct Certificate {
    folder: PathBuf,
}

impl Certificate {
    /// Opens the certificate in a folder, or creates it. The authority's key is discarded, so it can never
    /// sign anything else.
    pub(crate) fn open(folder: PathBuf) -> anyhow::Result<Self> {
        let certificate = Self { folder };
        if certificate.names() != NAMES {
            fs::create_dir_all(&certificate.folder)?;
            certificate.make().context("no certificate can be made")?;
        }
        Ok(certificate)
    }

    /// Returns the names in the certificate, or none if it does not exist.
    fn names(&self) -> Vec<String> {
        let names = fs::read_to_string(self.folder.join("names")).unwrap_or_default();
        names.lines().map(ToOwned::to_owned).collect()
    }

    /// Returns the path of the authority's certificate, as PEM, which clients have to trust.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    fn make(&self) -> anyhow::Result<()> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.distinguished_name.push(DnType::CommonName, "Dropline on this machine");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_key = KeyPair::generate()?;
        let authority_pem = authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(NAMES.map(ToOwned::to_owned))?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &issuer)?;
        write(&self.folder.join("key.pem"), &key.serialize_pem())?;
        write(&self.folder.join("cert.pem"), &certificate.pem())?;
        write(&self.authority(), &authority_pem)?;
        // Written last, so that an incomplete certificate is created again.
        write(&self.folder.join("names"), &NAMES.join("\n"))
    }

    /// Returns the configuration of a TLS server.
    pub(crate) fn config(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let certificate = CertificateDer::from_pem_file(self.folder.join("cert.pem"))?;
        let key = PrivateKeyDer::from_pem_file(self.folder.join("key.pem"))?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        Ok(Arc::new(config))
    }
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(out.write_all(text.as_bytes())?)
}
