//! nginx as a forwarder, if it is installed: what engineers would put in front of an API otherwise.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::load::{DOWNLOAD, proxied};

/// Longest wait for its start.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running nginx that forwards downloads to the upstream over connections that it keeps. It ends when this is
/// dropped.
pub(super) struct Nginx {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it in one process; `None` if it is not installed.
    pub(super) fn start(upstream: u16) -> Result<Option<Self>, String> {
        let failed = |error: std::io::Error| format!("nginx: {error}");
        let folder = tempfile::tempdir().map_err(failed)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        drop(listener);
        let file = folder.path().join("nginx.conf");
        fs::write(&file, settings(port, upstream)).map_err(failed)?;
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).args(["-e", "stderr"]);
        let child = match command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
            Ok(child) => child,
            Err(_) => return Ok(None),
        };
        let nginx = Self { child, port, _folder: folder };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() >= end {
                return Err("nginx does not start".to_owned());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Some(nginx))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn settings(port: u16, upstream: u16) -> String {
    let at = |port: u16| format!("{}:{port}", Ipv4Addr::LOCALHOST);
    let (here, there, path) = (at(port), at(upstream), proxied());
    format!(
        "daemon off;
        master_process off;
        pid nginx.pid;
        events {{}}
        http {{
            access_log off;
            keepalive_requests 1000000;
            client_body_temp_path .;
            proxy_temp_path .;
            fastcgi_temp_path .;
            uwsgi_temp_path .;
            scgi_temp_path .;
            upstream dropbox {{ server {there}; keepalive 8; keepalive_requests 1000000; }}
            server {{
                listen {here};
                location = {path} {{
                    proxy_pass http://dropbox{DOWNLOAD};
                    proxy_http_version 1.1;
                    proxy_set_header Connection '';
                    proxy_buffering off;
                }}
            }}
        }}
        "
    )
}
